/** From a step of a spec to one of a definition: its condition, its options, and the function that runs it. */
import {
  type NormalOptions,
  normalizeForEach,
  normalizeOptions,
  readSources,
  type StepDefinition,
} from "../definition/index.js";
import { bindingData } from "./binding-data.js";
import { type Read, readerOf } from "./bound-reader.js";
import { parseParams } from "./check-params.js";
import { conditionOf } from "./edges.js";
import type { FlowNames } from "./flow-names.js";
import { valuesFor } from "./flow-values.js";
import { tellParams } from "./heard-params.js";
import { isFlow } from "./is-flow.js";
import { type Caller, readRefIn } from "./payload-access.js";
import { repeated } from "./repeated.js";
import { runnerOf } from "./run-step.js";
import type { StepSpec } from "./spec.js";
import { attempt, type StepDraft } from "./step-draft.js";
import { isCollected } from "./sure-results.js";
import type { SureSources } from "./sure-source.js";

export interface LowerContext {
  readonly names: FlowNames;
  readonly sure: SureSources;
  /** By a builder: in a step that is called per element, the list's name leads to the list, else to the element. */
  readonly built: boolean;
}

export function lowerStep(draft: StepDraft, { names, sure, built }: LowerContext): StepDefinition {
  const { spec, on, sources, starts } = draft;
  const condition = on ?? conditionOf(sources, names, sure.beside(draft));
  const caller: Caller = {
    condition: spec.forEach && built ? undefined : condition,
    isGiven: on !== undefined,
    starts,
  };
  const { retry, timeout, routes, forEach, name } = spec;
  const { batch, ...policy } = forEach ?? {};
  const place = { flow: names.flow, step: name };
  const options = attempt(
    () =>
      forEach
        ? inBatches(normalizeForEach({ retry, timeout, ...policy }, place), batch)
        : normalizeOptions({ retry, timeout, routes }, place),
    spec,
    names,
  );
  const gathered = (name: string) => condition !== undefined && !spec.forEach && isCollected(condition, name);
  const isOneOfMany = (name: string) => names.steps.get(name)?.forEach !== undefined && !gathered(name);
  const when = whenOf(spec, caller, built ? isOneOfMany : undefined);
  const isRouter = spec.router ?? routes !== undefined;
  return {
    name,
    starts,
    conditions: condition ? [condition] : [],
    router: isRouter,
    ...options,
    ...(isRouter && routerFacts(spec)),
    ...(when && { when }),
    ...paramsData(draft, names.flow),
    origin: spec.origin ?? { reference: nameOf(spec.run), ...(isFlow(spec.run) && { shape: "flow" }) },
    invoke: invoker(draft, caller, names),
  };
}

/** That it is a whole number the plan checks. */
const inBatches = (options: NormalOptions, batch: number | undefined): NormalOptions =>
  batch === undefined ? options : { ...options, forEach: { ...options.forEach!, batch } };

function nameOf(run: StepSpec["run"] | undefined): string {
  return typeof run === "function" ? run.name : (run?.constructor.name ?? "");
}

/** What a class's router says by its source, a function does too. */
function routerFacts({ run, routes, severalLabels }: StepSpec) {
  const facts = isFlow(run) ? { literals: [], several: false } : readSources([run as () => unknown]);
  return { ...(!routes && { literals: facts.literals }), severalLabels: severalLabels ?? facts.several };
}

function whenOf(
  spec: StepSpec,
  caller: Caller,
  isOneOfMany: ((name: string) => boolean) | undefined,
): StepDefinition["when"] {
  const given = [...(spec.after ?? []).map(({ when }) => when), spec.when];
  const predicates: readonly NonNullable<StepSpec["when"]>[] = given.filter((when) => when !== undefined);
  if (predicates.length === 0) return undefined;
  const options = { perElement: spec.forEach !== undefined, ...(isOneOfMany && { isOneOfMany }) };
  const read = valuesFor(caller, options);
  const readOutcomes = predicates.some(({ length }) => length > 1)
    ? valuesFor(caller, { ...options, settled: true })
    : undefined;
  return (state, payload, sources) => {
    const scope = { payload, sources, state };
    const values = read(scope);
    const outcomes = readOutcomes?.(scope) ?? values;
    // the first that does not answer plainly is what the engine complains of
    for (const when of predicates) {
      const answer: unknown = when(values, outcomes);
      if (!answer || typeof answer === "object") return answer as boolean;
    }
    return true;
  };
}

function invoker(draft: StepDraft, caller: Caller, names: FlowNames): StepDefinition["invoke"] {
  const given = paramsOf(draft, caller, names);
  const code = runnerOf(codeOf(draft.spec, names));
  const invoke: StepDefinition["invoke"] = (flow, payload, sources) => {
    const params = given(payload, sources);
    tellParams(sources, params);
    return code(flow, params);
  };
  return Object.assign(invoke, { given });
}

function codeOf(spec: StepSpec, names: FlowNames): StepSpec["run"] {
  const { name, repeat, router, routes, run } = spec;
  if (repeat === undefined) return run;
  if (router ?? routes)
    names.report(spec, {
      code: "PLAN_OPTION_INVALID",
      message: `Router "${name}" has \`repeat\`.`,
      hint: "Repeat a step of its own and let the router decide by its result, or let a label lead back.",
    });
  return attempt(() => repeated(run, repeat), spec, names) ?? run;
}

/** What they are made of and checked by, for whoever writes the definition down. */
function paramsData({ spec, tree }: DraftedParams, flow: string): Pick<StepDefinition, "params"> {
  const { name, on, params: schema } = spec;
  const owner = `step "${name}" of flow "${flow}"`;
  if (!tree && on !== undefined) return schema ? { params: { schema } } : {};
  // without references it is given the inputs
  const toData = () => (tree ? bindingData(tree, owner) : { $ref: ["input"] });
  return { params: { toData, ...(schema && { schema }) } };
}

type DraftedParams = Pick<StepDraft, "spec" | "tree">;

function paramsOf({ spec, tree, refs }: StepDraft, caller: Caller, names: FlowNames): Read {
  const nothing = () => undefined;
  const made: Read = tree
    ? readerOf(tree, (ref) => {
        const bound = refs.get(ref);
        return bound ? readRefIn(bound, caller) : nothing;
      })
    : spec.on === undefined
      ? (_payload, { inputs }) => inputs
      : (payload) => payload;
  const { params, name: step } = spec;
  if (!params) return made;
  const place = { flow: names.flow, step, lenient: tree === undefined };
  return (payload, sources) => parseParams(params, made(payload, sources), place);
}
