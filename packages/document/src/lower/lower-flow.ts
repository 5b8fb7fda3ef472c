/** One flow of a document to a flow class, by way of the spec that the builder uses, too. */
import {
  type FlowDefinition,
  FlowError,
  type FlowSpec,
  flowClass,
  lowerFlow,
  type StepCode,
  type StepDefinition,
  signal,
} from "millrace";
import { z } from "zod";
import type { Scope } from "../expressions/index.js";
import { type LoweredItems, lowerItems } from "../items/lower-items.js";
import type { LoadedProject } from "../load/project.js";
import { keyPlaceAt, type Path, toData } from "../source/index.js";
import type { Connection } from "../step-context.js";
import type { DocumentTypes } from "../types/index.js";
import { type FlowFacts, scopeOf } from "./facts.js";
import { inferInputs } from "./infer-inputs.js";
import { checkInputsOf } from "./known-params.js";
import { type LoweredStep, lowerStep } from "./lower-step.js";
import { addMemories } from "./memory-state.js";
import { checkNames, labelsOf } from "./names.js";
import { type FlowOutputs, outputsOf, withResult } from "./outputs.js";
import { withParamsData } from "./params-data.js";
import { itemProblems, unreadItem } from "./per-item.js";
import { resultTypes } from "./result-types.js";
import { rootRefs } from "./roots.js";
import type { StepDraft } from "./step-draft.js";
import type { FlowContext, LoweredFlow } from "./types.js";
import { bindVariables, readDeclarations } from "./variables.js";

/** What a flow was made of, for what writes it down in another way. */
export interface FlowSource {
  readonly spec: FlowSpec;
  readonly definition: FlowDefinition;
  readonly description: string | undefined;
  readonly types: DocumentTypes;
  /** As written, without secrets. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly project: LoadedProject;
  readonly facts: FlowFacts;
  readonly scope: Scope;
  readonly steps: readonly LoweredStep[];
  readonly outputs: FlowOutputs;
  /** What its steps do for the items of lists, by name. */
  readonly items: LoweredItems["parts"];
}

const sources = new WeakMap<object, FlowSource>();
export const sourceOfFlow = (flow: object): FlowSource => sources.get(flow)!;

/** Undefined: there are problems. */
export function lowerDocumentFlow(context: FlowContext, drafts: readonly StepDraft[]): LoweredFlow | undefined {
  const { node, path, problems, types, id } = context;
  const before = problems.count;
  const declare = { node, path, types, problems };
  const data = toData(node) as {
    inputs?: unknown;
    state?: unknown;
    description?: string;
    version?: string;
    merge?: Record<string, "sum">;
  };
  const signals = readDeclarations("signals", declare);
  const stateFields = readDeclarations("state", declare);
  const variablesDeclared = readDeclarations("variables", declare);
  const inputsDeclared = declaredInputs(data.inputs, variablesDeclared, context);
  const inputNames = inputsDeclared && new Set(inputsDeclared.keys());
  const variables = bindVariables(variablesDeclared, drafts, { inputs: inputNames, problems });
  addMemories(stateFields, drafts, context);
  const hasState = data.state !== undefined || stateFields.size > 0;
  const state = hasState ? z.object(Object.fromEntries(stateFields)) : undefined;
  const labels = labelsOf(drafts, problems);
  checkNames(drafts, { labels, variables, signals, problems });
  const results = resultTypes(drafts, context);
  const facts: FlowFacts = { drafts, variables, signals, labels, results, state, ghosts: context.ghosts };
  const input = inputsDeclared ? z.object(Object.fromEntries(inputsDeclared)) : inferInputs(facts, context);
  const scope = scopeOf(facts, input);
  unboundVariables(facts, context);
  const steps = drafts.map((draft, position) => lowerStep(draft, { position, facts, scope, flow: context, input }));
  const outputs = outputsOf(facts, { scope, flow: context });
  const lowered = steps.filter((step) => step !== undefined);
  const specs = new Map(lowered.map(({ item, spec }) => [item, spec]));
  const all = drafts.map((draft, i) => steps[i]?.item ?? unreadItem(draft));
  const items = lowerItems(all, (step) => specs.get(step) ?? { name: step.spec.name, run: () => undefined });
  itemProblems(items.problems, drafts, context);
  if (problems.count > before || !outputs || !context.whole) return undefined;
  const result = outputs.tree && { result: rootRefs(outputs.tree.roots, facts) };
  const { version, description, merge } = data;
  const spec = {
    name: id,
    door: "document" as const,
    ...(version !== undefined && { version }),
    ...(input && { input }),
    ...(state && { state }),
    ...(merge && { merge }),
    signals: [...signals].map(([name, schema]) => signal(name, schema)),
    steps: items.steps,
    ...result,
  };
  try {
    const defined = lowerFlow(spec);
    const ordinary = new Set(lowered.filter(({ spec }) => items.steps.includes(spec)).map(({ spec }) => spec.name));
    const steps = writtenSteps(defined, { lowered, ordinary, facts });
    const checkInputs = checkInputsOf(lowered, { ordinary, facts, flow: context });
    const whole = { ...defined, steps, ...(checkInputs && { checkInputs }) };
    const definition = withResult(whole, outputs.tree, facts);
    const flow = flowClass(definition);
    flow.plan();
    // told, not checked: what the steps are known to make, for whoever shows or serves the flow
    Object.assign(flow, { output: outputs.schema, description });
    const { project, connections } = context;
    sources.set(flow, {
      ...{ spec, definition, description, types, connections, project, facts, scope, outputs },
      items: items.parts,
      steps: lowered,
    });
    return {
      id,
      flow,
      input,
      takesNothing: !input && !state,
      output: outputs.schema,
      ...(description !== undefined && { description }),
      ...(checkInputs && { checkInputs }),
    };
  } catch (error) {
    planProblems(error, context, drafts);
    return undefined;
  }
}

/** The steps of a definition, each as its document has it. */
function writtenSteps(
  { steps }: FlowDefinition,
  { lowered, ordinary, facts }: { lowered: readonly LoweredStep[]; ordinary: ReadonlySet<string>; facts: FlowFacts },
): readonly StepDefinition[] {
  const byName = new Map(lowered.map((step) => [step.spec.name, step]));
  return steps.map((step) => {
    const of = byName.get(step.name);
    if (!of) return step;
    const made = of.wrap?.(step) ?? step;
    // what is called per item is given something else
    const isOrdinary = ordinary.has(step.name);
    const invoke = withGiven(made.invoke, isOrdinary ? givenOf(step.invoke, of) : undefined);
    return isOrdinary ? { ...withParamsData(made, of, facts.variables), invoke } : { ...made, invoke };
  });
}

/** What stands for a step's code in a test is given the step's parameters. */
const givenOf = (code: StepCode, { given }: LoweredStep): StepCode["given"] =>
  code.given && ((payload, sources) => given(code.given!(payload, sources), payload));

const withGiven = (invoke: StepDefinition["invoke"], given: StepCode["given"]): StepCode =>
  Object.assign(((flow, payload, sources) => invoke(flow, payload, sources)) as StepCode, given && { given });

function declaredInputs(
  written: unknown,
  variables: ReadonlyMap<string, z.ZodType>,
  { node, path, types, problems }: FlowContext,
): ReadonlyMap<string, z.ZodType> | undefined {
  if (written === undefined) return undefined;
  if (!Array.isArray(written)) return readDeclarations("inputs", { node, path, types, problems });
  return new Map(written.map((name: string) => [name, variables.get(name) ?? z.unknown()]));
}

/** Variables that steps take and nothing makes. */
function unboundVariables({ drafts, variables }: FlowFacts, { problems }: FlowContext): void {
  for (const draft of drafts) {
    for (const [i, name] of (draft.common.inputs ?? []).entries()) {
      const variable = variables.get(name);
      if (!variable || variable.from) continue;
      const { node, path } = draft.at("inputs", i);
      problems.add(
        "DOCUMENT_UNKNOWN_NAME",
        { place: node?.place ?? draft.place, path },
        {
          message: `Nothing makes the variable "${name}" that the step "${draft.id}" takes.`,
          hint: "Name it among the `outputs` of a step, or among the flow's `inputs`.",
        },
      );
    }
  }
}

/** What the compiler of plans finds, at the step that it is about. */
function planProblems(error: unknown, { node, path, problems }: FlowContext, drafts: readonly StepDraft[]): void {
  if (!FlowError.is(error)) throw error;
  // why it has no steps is said where it was read
  if (drafts.length === 0) return;
  const found = FlowError.is(error, "PLAN_INVALID")
    ? error.details.problems
    : [{ code: error.code, message: error.message, hint: error.hint }];
  for (const problem of found) {
    const step = "step" in problem ? problem.step : undefined;
    // where nothing starts, it is the first step that says by its `on` that it waits
    const draft = problem.code === "PLAN_NO_START" ? drafts[0] : drafts.find(({ id }) => id === step);
    const at: Path = draft ? placeOfProblem(draft) : [];
    const where = draft
      ? { place: keyPlaceAt(draft.node, at), path: [...draft.path, ...at] }
      : { place: node.place, path };
    problems.add(problem.code, where, { message: problem.message, hint: problem.hint });
  }
}

const placeOfProblem = ({ common }: StepDraft): Path => (common.on === undefined ? ["id"] : ["on"]);
