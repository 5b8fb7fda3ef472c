/** Steps that have to do with the items of lists: what brings them together, and what is made between. */
import type { StepDefinition } from "millrace";
import type { ItemPart } from "../items/lower-items.js";
import type { PassedBase } from "../items/rows.js";
import type { LoweredStep } from "../lower/lower-step.js";
import type { Condition } from "../lower/read-condition.js";
import { conditionSource } from "./condition-source.js";
import type { FlowScope } from "./flow-scope.js";
import { literal, property } from "./literals.js";
import { reservedWords } from "./module-names.js";
import type { Body } from "./step-body.js";
import { call, inBraces, inBrackets, type Source, withBody } from "./text-layout.js";
import { valueSource } from "./value-source.js";

type Gather = Extract<ItemPart, { role: "gather" }>;
type Collect = Extract<ItemPart, { role: "collect" }>;

/** The step that lays items side by side before another. */
export function gatherMethod(definition: StepDefinition, part: Gather, owner: FlowScope): readonly Source[] {
  const { names } = owner.module;
  const on = conditionSource(definition.conditions[0] as Condition, owner);
  const options = inBraces([["keep: ", literal(part.wanted)], ...explodesOf([part])]);
  const made = call(names.imported("@millrace/document", "gatherItems"), [segmentOf(part), options]);
  return [
    call(`@${names.imported("millrace", "listen")}`, [on]),
    withBody(call(JSON.stringify(definition.name), [parameterOf([part])]), [["return ", made, ";"]]),
  ];
}

/** What a collect step is handed, and what it makes of that. */
export function collectBody(step: LoweredStep, part: Collect, owner: FlowScope): Body & { readonly parameter: Source } {
  const { trees, handedBy, draft } = step;
  const { values, source } = owner.written(
    (around) => {
      const tree = trees.fields.get("value")?.tree;
      return tree ? valueSource(tree, around) : around.name(handedBy!).text;
    },
    { definition: { starts: false, conditions: [] }, scope: "method", part },
  );
  const failed = (draft.config.failed ?? "keep") as string;
  const options = [...(failed === "keep" ? [] : [`failed: ${JSON.stringify(failed)}`]), ...explodesOf(part.segments)];
  const value: Source = [`(${values.parameters.join(", ")}) => `, parenthesizedObject(source)];
  const made = call(owner.module.names.imported("@millrace/document", "collectItems"), [
    inBrackets(part.segments.map(segmentOf)),
    value,
    ...(options.length > 0 ? [inBraces(options)] : []),
  ]);
  return { before: values.statements, result: made, parameter: parameterOf(part.segments) };
}

const parenthesizedObject = (source: Source): Source =>
  typeof source === "object" && "kind" in source && source.kind === "group" && source.open === "{"
    ? ["(", source, ")"]
    : source;

/** A constant for a step, as its method's parameter has it. */
const localOf = (step: string): string => {
  const name = step.replace(/:items$/, "Items").replace(/:when$/, "When");
  return reservedWords.has(name) ? `${name}Items` : name;
};

function segmentOf({ base, passed }: PassedBase): Source {
  return inBraces(
    [base, ...passed].map(({ step }) => (localOf(step) === step ? step : `${property(step)}: ${localOf(step)}`)),
  );
}

function parameterOf(segments: readonly PassedBase[]): Source {
  const steps = segments.flatMap(({ base, passed }) => [base.step, ...passed.map(({ step }) => step)]);
  if (steps.length === 1) return `${localOf(steps[0]!)}: any`;
  const names = steps.map((step) => (localOf(step) === step ? step : `${property(step)}: ${localOf(step)}`));
  return [inBraces(names), ": Record<string, any>"];
}

function explodesOf(segments: readonly PassedBase[]): Source[] {
  const steps = segments.flatMap(({ passed }) => passed.filter(({ explodes }) => explodes).map(({ step }) => step));
  return steps.length === 0 ? [] : [["explodes: ", literal(steps)]];
}
