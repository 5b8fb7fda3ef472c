/** From a spec to a definition, which `flowClass` makes a flow of. */
import { type FlowDefinition, reservedNames } from "../definition/index.js";
import type { PlanProblem } from "../errors/index.js";
import { compile } from "../plan/index.js";
import { bindingData } from "./binding-data.js";
import { readerOf } from "./bound-reader.js";
import { readTree } from "./bound-tree.js";
import { checkCircles } from "./circles.js";
import { conditionOf } from "./edges.js";
import { FlowNames } from "./flow-names.js";
import { checkKnownParams } from "./known-params.js";
import { type LowerContext, lowerStep } from "./lower-step.js";
import { readRefIn } from "./payload-access.js";
import type { FlowSpec, StepLink, StepSpec } from "./spec.js";
import { attempt, bindRefs, draftStep, type SignalSchemas, type StepDraft } from "./step-draft.js";
import { SureResults } from "./sure-results.js";
import { SureSources } from "./sure-source.js";

/**
 * The definition of a flow whose steps say by references what they are given. Of a step with the same condition and options in a
 * class it makes the same one: plan and hash are the same.
 *
 * @throws {FlowError} PLAN_INVALID – with all problems of the flow
 * @example
 * const definition = lowerFlow({
 *   name: "lengths",
 *   input: z.object({ text: z.string() }),
 *   steps: [
 *     { name: "words", run: ({ text }) => text.split(" "), with: { text: ref("input.text") } },
 *     { name: "count", run: ({ words }) => words.length, with: { words: ref("words") } },
 *   ],
 * });
 * const result = await new (flowClass(definition))().kickoff({ text: "a b c" }); // result.output is 3
 */
export function lowerFlow(spec: FlowSpec): FlowDefinition {
  return lowerSpec(spec);
}

/** `sureRefs`: a reference has to lead to a value, because the compiler has taken it for one. */
export function lowerSpec(spec: FlowSpec, { sureRefs = false } = {}): FlowDefinition {
  const problems: PlanProblem[] = [];
  const names = new FlowNames(spec, problems);
  const signals: SignalSchemas = new Map();
  for (const { name, schema } of spec.signals ?? []) if (schema) signals.set(name, schema);
  const steps = linked(spec, names);
  const drafts = steps.map((step) => draftStep(step, names, signals));
  const context = { names, sure: new SureSources(drafts, names), built: sureRefs };
  checkCircles(drafts, names);
  if (sureRefs) checkSureRefs(drafts, context);
  const { version, state, input: inputs, output, merge } = spec;
  const definition: FlowDefinition = {
    name: spec.name,
    door: spec.door ?? "builder",
    ...(version !== undefined && { version }),
    ...(state && { state }),
    ...(inputs && { inputs }),
    ...(output && { output }),
    ...(merge && { merge }),
    steps: drafts.map((draft) => lowerStep(draft, context)),
    signals,
    keepsInputs: true,
    ...checkKnownParams(drafts, names),
    ...resultOf(spec, names, sureRefs),
  };
  // to tell of them together with what is wrong with the plan itself
  if (problems.length > 0) compile(definition, { problems, reserved: new Set(reservedNames) });
  return definition;
}

function checkSureRefs(drafts: readonly StepDraft[], { names, sure }: LowerContext): void {
  const asked = drafts.filter(({ on, refs }) => on && refs.size > 0);
  if (asked.length === 0) return;
  const conditions = drafts.map((draft) => draft.on ?? conditionOf(draft.sources, names, sure.beside(draft)));
  const results = new SureResults(drafts, conditions);
  for (const draft of asked) results.check(draft, names);
}

/** The steps, each with the links that lead to it. */
function linked({ steps, links = [] }: FlowSpec, names: FlowNames): readonly StepSpec[] {
  if (links.length === 0) return steps;
  const after = new Map<string, StepLink[]>();
  for (const { from, to, when } of links) {
    const known = after.get(to) ?? [];
    after.set(to, known);
    known.push({ step: from, ...(when && { when }) });
  }
  for (const [to, [link]] of after) if (!names.steps.has(to)) names.hasStep(to, { name: link!.step }, "is followed by");
  return steps.map((step) => {
    const more = after.get(step.name);
    return more ? { ...step, after: [...(step.after ?? []), ...more] } : step;
  });
}

function resultOf(
  { result }: FlowSpec,
  names: FlowNames,
  sureRefs: boolean,
): Pick<FlowDefinition, "result" | "resultData"> {
  if (result === undefined) return {};
  const tree = attempt(() => readTree(result), undefined, names);
  if (!tree) return {};
  const refs = bindRefs(tree, names, {});
  if (sureRefs)
    for (const { of, name } of refs.values())
      if (of === "label" || of === "signal")
        names.wrong(undefined, name, "is not kept: let a step take what it carries, and refer to that");
  const made = readerOf(tree, (ref) => {
    const bound = refs.get(ref);
    return bound ? readRefIn(bound) : () => undefined;
  });
  return {
    result: (sources) => made(undefined, sources),
    resultData: () => bindingData(tree, `the result of flow "${names.flow}"`),
  };
}
