/** One flow of a document as the text of a class. */
import { flowResult } from "./flow-result.js";
import type { FlowScope } from "./flow-scope.js";
import { gatherMethod } from "./item-methods.js";
import { docLines, literal } from "./literals.js";
import { NoCounterpart } from "./no-counterpart.js";
import { gateMethod, stepMethod } from "./step-method.js";
import { block, render, type Source } from "./text-layout.js";

/** @throws {NoCounterpart} */
export function flowClass(owner: FlowScope): string {
  const { spec, definition, steps, outputs } = owner.source;
  const byName = new Map(steps.map((step) => [step.draft.id, step]));
  owner.module.several = new Set(definition.steps.filter(({ severalLabels }) => severalLabels).map(({ name }) => name));
  const methods = definition.steps.map((step) => {
    const part = owner.source.items.get(step.name);
    if (part?.role === "gather") return gatherMethod(step, part, owner);
    if (part?.role === "gate") {
      const asked = byName.get(step.name.replace(/:when$/, ""))!;
      return at(asked.draft, () => gateMethod(asked, step, { part, owner }));
    }
    const written = byName.get(step.name)!;
    return at(written.draft, () => stepMethod(written, step, owner));
  });
  const result = outputs.tree ? [flowResult(outputs.tree.tree, owner)] : [];
  const { name } = spec;
  const statics: Source[] = [
    ...(name === owner.className ? [] : [`static flowName = ${JSON.stringify(name)};`]),
    ...(spec.version === undefined ? [] : [`static version = ${JSON.stringify(spec.version)};`]),
    ...(spec.input ? [["static inputs = ", owner.module.schemas.of(spec.input), ";"]] : []),
    ...(spec.state ? [["static state = ", owner.module.schemas.of(spec.state), ";"]] : []),
    ...(spec.merge ? [["static merge = ", literal(spec.merge), " as const;"]] : []),
    ...(owner.keepsInputs ? ["static keepsInputs = true;"] : []),
  ];
  const parts = [...(statics.length > 0 ? [statics] : []), ...result.map((one) => [one]), ...methods];
  const lines = parts.flatMap((part, i) => (i === 0 ? part : ["", ...part]));
  const generic = spec.input || spec.state ? `<typeof ${owner.className}>` : "";
  const signals = owner.signalLines.map((line) => render(line));
  return [
    ...signals,
    ...(signals.length > 0 ? [""] : []),
    ...docLines(owner.source.description),
    render(block(`export class ${owner.className} extends Flow${generic} {`, lines)),
    "",
  ].join("\n");
}

function at<T>({ id, place }: { id: string; place: { line: number } }, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof NoCounterpart)) throw error;
    throw new NoCounterpart(`step "${id}" (line ${place.line}): ${error.message}`);
  }
}
