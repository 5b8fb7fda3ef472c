/** One step of a document to a step of a spec: when it is called, what it is given, and what runs. */
import { route, type StepDefinition, type StepSpec, type StepTools } from "millrace";
import type { z } from "zod";
import { outcomeName, type Scope, type Values } from "../expressions/index.js";
import type { ItemStep, Read } from "../items/item-step.js";
import { checkedParams } from "./checked-params.js";
import type { FlowFacts } from "./facts.js";
import { guarded } from "./guarded.js";
import { parameters } from "./infer-inputs.js";
import { routesOf } from "./names.js";
import { oneLabel } from "./one-label.js";
import { itemOptions, itemReads, untyped } from "./per-item.js";
import { quietTools } from "./quiet-tools.js";
import { type Condition, readCondition } from "./read-condition.js";
import { repeated } from "./repeated.js";
import { rootNamed, rootRefs, rootsOf, sourceOf, valuesOf } from "./roots.js";
import { cachedCall, checkCache } from "./step-cache.js";
import { stepChecks } from "./step-checks.js";
import type { StepDraft } from "./step-draft.js";
import { type StepTrees, stepTrees } from "./step-trees.js";
import type { FlowContext } from "./types.js";
import { makeParts, makeValue } from "./value-tree.js";

export interface LowerStepContext {
  readonly position: number;
  readonly facts: FlowFacts;
  readonly scope: Scope;
  readonly flow: FlowContext;
  readonly input: z.ZodType | undefined;
}

export interface LoweredStep {
  readonly spec: StepSpec;
  readonly draft: StepDraft;
  readonly trees: StepTrees;
  /** Whose result it is handed without asking for it by name. */
  readonly handedBy: string | undefined;
  /** It runs a flow that takes no inputs, and says nothing of any. */
  readonly takesNothing: boolean;
  /** The same step, for where it is called per item. */
  readonly item: ItemStep;
  /** What its code is given as parameters, of what it is called with inside and what its condition hands over. */
  readonly given: (inside: unknown, payload: unknown) => unknown;
  /** What is done to the definition that comes of it. */
  readonly wrap?: (step: StepDefinition) => StepDefinition;
}

/** What a step is called with: its parameters made, and its config with values in place of expressions. */
interface Called {
  readonly values: Values;
  readonly params: unknown;
  readonly tools: StepTools;
}

export function lowerStep(draft: StepDraft, context: LowerStepContext): LoweredStep | undefined {
  const { facts, scope, flow } = context;
  const { problems } = flow;
  const before = problems.count;
  const trees = stepTrees(draft, { scope: draft.common.batch === undefined ? scope : untyped(scope), problems });
  checkCache(draft, flow);
  const on = conditionOf(draft, context);
  const schema = parameters(draft, flow);
  stepChecks(draft, { trees, schema, flow, position: context.position });
  const after = linksOf(draft, context);
  if (problems.count > before) return undefined;
  const { common, id } = draft;
  const roots = rootsOf(trees.expressions);
  // the step itself is no source of its own: what it reads of itself is its last result
  const refs = rootRefs(roots, facts);
  const takesNothing = !trees.with && isOfNothing(draft, flow);
  const isHanded = draft.common.on === undefined && !trees.with && !takesNothing;
  const handed: unknown = isHanded ? handedRef(draft, context) : undefined;
  const routes = [...new Set(routesOf(draft).map(({ label }) => label))];
  const several = draft.type?.severalLabels?.(draft.config) ?? false;
  const made = runOf(draft, { trees, context });
  const run = routes.length > 0 && !several ? oneLabel(draft, made) : made;
  const { when } = trees;
  const paramsOf = ({ values, handed: given, payload }: Pick<Given, "handed"> & ParamSources): unknown => {
    if (trees.with) return checkedParams(makeValue(trees.with, values), schema, { draft });
    if (takesNothing) return undefined;
    return handed ? checkedParams(given, schema, { draft }) : payload;
  };
  // what `on` hands over is not among what `with` can refer to
  let payload: unknown;
  const called = guarded(draft, flow, (given: Given, tools: StepTools) => {
    const values = valuesOf(given.roots, facts);
    return run({ values, params: paramsOf({ values, handed: given.handed, payload }), tools });
  });
  const spec: StepSpec = {
    name: id,
    run: called,
    with: { roots: refs, ...(handed !== undefined && { handed }) },
    ...(on ? { on } : { after }),
    ...(routes.length > 0 && { routes, severalLabels: several }),
    ...(common.start && { starts: true }),
    ...(when && { when: (values, came) => when.evaluate(whenValues({ values, came }, context, trees)) as boolean }),
    ...(common.retry !== undefined && { retry: retryOf(draft) }),
    ...(common.timeout !== undefined && { timeout: common.timeout as never }),
    origin: originOf(draft, flow.project),
  };
  const wrap = (step: StepDefinition): StepDefinition => ({
    ...step,
    invoke: (instance, given, sources) => {
      payload = given;
      return step.invoke(instance, given, sources);
    },
  });
  const { run: _run, with: _with, when: _when, ...rest } = spec;
  const handedBy = handed === undefined ? undefined : (facts.drafts[context.position - 1]?.id ?? "input");
  const item = {
    spec: rest,
    ...itemReads(trees, handedBy, facts),
    ...itemOptions(draft),
    run: (read: Read, tools: StepTools) =>
      called({ roots: read, ...(handedBy !== undefined && { handed: read[handedBy] }) }, tools),
    ...(when && {
      when: (read: Read) => when.evaluate(whenValues({ values: read, came: {} }, context, trees)) === true,
    }),
  };
  const given = (inside: unknown, payload: unknown) => {
    const { roots, handed } = inside as Given;
    return paramsOf({ values: valuesOf(roots, facts), handed, payload });
  };
  return { spec, draft, trees, handedBy, takesNothing, item, given, ...(on && !trees.with && { wrap }) };
}

interface ParamSources {
  readonly values: Values;
  /** What the step's condition hands over. */
  readonly payload: unknown;
}

interface Given {
  readonly roots: Readonly<Record<string, unknown>>;
  readonly handed?: unknown;
}

function conditionOf(draft: StepDraft, { facts, flow }: LowerStepContext): Condition | undefined {
  const { node, path } = draft.at("on");
  if (!node) return undefined;
  const waitable = {
    steps: new Set([...facts.drafts.map(({ id }) => id), ...facts.ghosts]),
    labels: new Set(facts.labels.keys()),
    signals: new Set(facts.signals.keys()),
  };
  return readCondition(node, path, { waitable, problems: flow.problems });
}

/** The steps that it follows: those of `after`, else the one before it. */
function linksOf(draft: StepDraft, { position, facts, flow }: LowerStepContext): readonly { readonly step: string }[] {
  const { after, on } = draft.common;
  if (on !== undefined) return [];
  const before = facts.drafts[position - 1];
  if (after !== undefined) return [after].flat().map((step) => ({ step }));
  if (!before) return [];
  const routes = routesOf(before);
  if (routes.length > 0) {
    const { problems } = flow;
    problems.add(
      "DOCUMENT_FIELD_INVALID",
      { place: draft.place, path: draft.path },
      {
        message: `The step "${draft.id}" follows "${before.id}", which returns labels, and does not say which of them calls it.`,
        hint: `Write \`on: ${routes[0]!.label}\`, or \`after: ${before.id}\` where it follows whatever the label is.`,
        allowed: routes.map(({ label }) => label),
      },
    );
  }
  return [{ step: before.id }];
}

/** A flow without inputs is none the worse for standing behind a step that makes something. */
const isOfNothing = ({ kind, config }: StepDraft, flow: FlowContext): boolean =>
  kind === "flow" && flow.flow(String(config.flow))?.takesNothing === true;

/** Without `with` a step is given what the one before it made; the first one, the inputs. */
function handedRef(draft: StepDraft, { position, facts, input }: LowerStepContext): unknown {
  const before = facts.drafts[position - 1];
  if (draft.common.after !== undefined) return undefined;
  if (before) return rootRefs(rootNamed(before.id), facts)[before.id];
  return input || facts.state ? rootRefs(rootNamed("input"), facts).input : undefined;
}

function runOf(
  draft: StepDraft,
  { trees, context }: { trees: StepTrees; context: LowerStepContext },
): (called: Called) => unknown {
  const { kind, config, type } = draft;
  const { flow } = context;
  if (kind === "router") return ({ values }) => taken(trees, values);
  if (kind === "flow") {
    const child = () => flow.flow(String(config.flow))!.flow;
    const runChild = ({ params, tools }: Called) => tools.runFlow(child() as never, (params ?? {}) as never);
    return draft.common.repeat
      ? repeated(draft, { again: trees.again, child: child as () => never }, runChild)
      : runChild;
  }
  const runType = cachedCall(draft, flow, ({ config: made, params, tools }) =>
    type!.run({ config: made as never, params, tools: quietTools(tools, flow.project), project: flow.project }),
  );
  const call = ({ values, params, tools }: Called) => {
    const made: Record<string, unknown> = { ...config };
    for (const [name, { tree, inParts }] of trees.fields)
      made[name] = inParts ? makeParts(tree, values) : makeValue(tree, values);
    return runType({ config: made, params, tools });
  };
  if (!draft.common.repeat) return call;
  // what a round streams is told before its end
  const clean = guarded(draft, flow, (called: Called, _tools: unknown) => call(called));
  return repeated(draft, { again: trees.again }, (called: Called) => clean(called, called.tools));
}

/** The first case that is true. */
function taken({ cases }: StepTrees, values: Values): unknown {
  for (const { when, label, payload } of cases) {
    if (when && when.evaluate(values) !== true) continue;
    return payload ? route(label, makeValue(payload, values)) : label;
  }
  return undefined;
}

/** `came`: how steps came out; of one item that can't be told. */
function whenValues(
  { values, came }: { readonly values: Read; readonly came: Read },
  { facts }: LowerStepContext,
  trees: StepTrees,
): Values {
  const { names, outcomes } = rootsOf(trees.when ? [trees.when] : []);
  const read: Record<string, unknown> = {};
  for (const name of names.keys()) {
    const source = sourceOf(name, facts.variables);
    read[source] = values[source];
  }
  for (const name of outcomes) read[outcomeName(name)] = came[name];
  return valuesOf(read, facts);
}

function retryOf({ common, type }: StepDraft): StepSpec["retry"] {
  const { retry } = common;
  const policy = typeof retry === "number" ? { attempts: retry } : retry;
  return { ...(policy as object), ...(type?.retryIf && { if: type.retryIf }) } as NonNullable<StepSpec["retry"]>;
}

function originOf(
  { place, common, type, config, kind }: StepDraft,
  project: FlowContext["project"],
): NonNullable<StepSpec["origin"]> {
  const { line, column } = place;
  const file = project.pathOf(place.file);
  const reference = kind === "flow" ? String(config.flow) : (type?.reference?.(config) ?? common.type);
  return {
    reference,
    file,
    line,
    column,
    ...(common.description !== undefined && { description: common.description }),
  };
}
