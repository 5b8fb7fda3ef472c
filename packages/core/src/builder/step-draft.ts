/** A step of a spec with its references bound to what they lead to, before it is known what it waits for. */
import { type Condition, normalizeCondition } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import { type BoundTree, eachRef, readTree } from "./bound-tree.js";
import { keysOf, type Source, sourcesOf } from "./edges.js";
import type { BoundRef, FlowNames } from "./flow-names.js";
import { isFlow } from "./is-flow.js";
import type { RefParts } from "./ref.js";
import type { StepSpec } from "./spec.js";

export interface StepDraft {
  readonly spec: StepSpec;
  /** Undefined: it is given the inputs, or what `on` hands over. */
  readonly tree: BoundTree | undefined;
  readonly refs: ReadonlyMap<RefParts, BoundRef>;
  readonly on: Condition | undefined;
  /** What it waits for where it has no `on`. */
  readonly sources: readonly Source[];
  readonly starts: boolean;
}

export type SignalSchemas = Parameters<typeof normalizeCondition>[1]["signals"];

export function draftStep(spec: StepSpec, names: FlowNames, signals: SignalSchemas): StepDraft {
  checkStep(spec, names);
  const on = spec.on === undefined ? undefined : attempt(() => readOn(spec, names.flow, signals), spec, names);
  const tree = spec.with === undefined ? undefined : attempt(() => readTree(spec.with), spec, names);
  const refs = bindRefs(tree, names, { spec, on });
  const links = (spec.after ?? []).filter(({ step }) => names.hasStep(step, spec)).map(({ step }) => step);
  const bound = [...refs.values()].filter(({ name }) => name !== spec.name);
  const sources = spec.on === undefined ? sourcesOf(bound, links) : [];
  if (spec.on !== undefined && links.length > 0)
    names.report(spec, {
      code: "PLAN_OPTION_INVALID",
      message: `Step "${spec.name}" has both \`on\` and links.`,
      hint: "`on` alone decides when a step is called: take the links into it, as and(…), or leave it away.",
    });
  if (spec.forEach && spec.on === undefined)
    names.report(spec, {
      code: "PLAN_FOR_EACH_INVALID",
      message: `Step "${spec.name}" is called per element, and nothing says of which list.`,
      hint: "Name the step that returns the list.",
    });
  const starts = spec.starts ?? (spec.on === undefined && sources.length === 0);
  return { spec, tree, refs, on, sources, starts };
}

function checkStep(spec: StepSpec, names: FlowNames): void {
  const { name, run } = spec;
  const wrong = (message: string, hint: string) => names.report(spec, { code: "PLAN_STEP_INVALID", message, hint });
  if (typeof name !== "string" || name === "")
    wrong("A step has no name.", "Name every step: name a function, or give the name.");
  if (name === "input")
    wrong('A step is named "input", by which the inputs of the flow are referred to.', "Give the step another name.");
  if (typeof run !== "function" && !isFlow(run))
    wrong(
      `What is given as step "${name}" is neither a function nor a flow.`,
      "Give a function, a flow class or a flow.",
    );
  else if (!isFlow(run) && isClass(run))
    wrong(
      `What is given as step "${name}" is a class, but no class of flows.`,
      "Give a function that makes one of it, (given) => new It(given), or a class that extends the Flow of this package.",
    );
}

/** Of a function the source says so, by the language's own rule; what JavaScript itself has, as Number, can be called. */
const isClass = (run: unknown) => /^class\b/.test(Function.prototype.toString.call(run));

export function bindRefs(
  tree: BoundTree | undefined,
  names: FlowNames,
  { spec, on }: { readonly spec?: StepSpec; readonly on?: Condition | undefined },
): ReadonlyMap<RefParts, BoundRef> {
  const refs = new Map<RefParts, BoundRef>();
  // an element is no list of all results, as which references know it
  const heard = on && on.kind !== "elements" ? new Set(keysOf(on)) : undefined;
  if (tree)
    eachRef(tree, (ref) => {
      const bound = names.bind(ref, spec, heard);
      if (bound) refs.set(ref, bound);
    });
  return refs;
}

/** A problem of this one step is reported with all others. */
export function attempt<T>(make: () => T, spec: StepSpec | undefined, names: FlowNames): T | undefined {
  try {
    return make();
  } catch (error) {
    if (FlowError.is(error)) names.report(spec, { code: error.code, message: error.message, hint: error.hint });
    else throw error;
    return undefined;
  }
}

const kinds: ReadonlySet<unknown> = new Set([
  "name",
  "failed",
  "settled",
  "collect",
  "outcomes",
  "elements",
  "signal",
  "keep",
  "and",
  "or",
  "each",
  "race",
  "atLeast",
] satisfies Condition["kind"][]);

function readOn({ on, name }: StepSpec, flow: string, signals: SignalSchemas): Condition {
  if (typeof on === "object" && "kind" in on && kinds.has(on.kind)) return on as Condition;
  return normalizeCondition(on, { flow, step: name, signals });
}
