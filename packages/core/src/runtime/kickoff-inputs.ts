/** What is given to `kickoff` or `continue`, checked: the inputs for the start steps and the initial state. */
import type { FlowDefinition } from "../definition/index.js";
import { FlowError, type ValueProblem } from "../errors/index.js";
import type { NewRun } from "../ports/index.js";
import { finishForState, finishValue, parseStrict, renewState } from "../state/index.js";
import type { CompiledFlow } from "./compiled-flow.js";

export interface KickoffValues {
  readonly inputs: unknown;
  readonly state: unknown;
}

/**
 * With an `inputs` schema the inputs are its; without one they are merged into the state, whose schema then checks them.
 * @throws {FlowError} RUN_INPUTS_INVALID – they do not fit, or have an unknown key
 * @throws {FlowError} STATE_INVALID – the initial state does not fit though the inputs do
 * @throws {FlowError} STEP_PARAMS_INVALID – a step could not take what is made of them
 */
export function kickoffValues(
  { definition }: CompiledFlow,
  given: unknown,
  initialState: object | undefined,
): KickoffValues {
  const values = newValues(definition, given, initialState);
  definition.checkInputs?.(values.inputs);
  return values;
}

function newValues(definition: FlowDefinition, given: unknown, initialState: object | undefined): KickoffValues {
  const { name, inputs: inputsSchema, state: stateSchema } = definition;
  if (inputsSchema) {
    const inputs = parseStrict(inputsSchema, given ?? {});
    if (!inputs.ok) throw invalidInputs(name, inputs.problems);
    if (!stateSchema)
      return { inputs: finishValue(inputs.value, "the inputs"), state: finishForState({ ...initialState }, []) };
    const state = parseStrict(stateSchema, { ...initialState });
    if (!state.ok) throw invalidState(name, state.problems);
    return { inputs: finishValue(inputs.value, "the inputs"), state: finishForState(state.value, []) };
  }
  checkIsObject(name, given);
  const keys = Object.keys(given ?? {});
  if (stateSchema) {
    const state = parseStrict(stateSchema, { ...initialState, ...given });
    if (!state.ok)
      throw keys.length > 0 || !initialState ? invalidInputs(name, state.problems) : invalidState(name, state.problems);
    const parsed = finishForState(state.value, []) as Record<string, unknown>;
    return {
      inputs: finishValue(Object.fromEntries(keys.map((key) => [key, parsed[key]])), "the inputs"),
      state: parsed,
    };
  }
  if (!initialState && keys.length > 0) throw stateless(name, keys[0]!);
  const state = finishForState({ ...initialState, ...given }, []);
  return { inputs: finishValue(given ?? {}, "the inputs"), state };
}

/** Where a new run stands among others: in a session, or after the one whose state it begins with. */
export interface StartPlace {
  readonly run: Pick<NewRun, "session" | "previous" | "createdAt" | "continues">;
  /** The state that it goes on from; absent for the first one of a session. */
  readonly left?: object;
}

export interface Continued {
  /** The state that it goes on from, as another run left it. */
  readonly left: object;
  readonly initialState: object | undefined;
}

/**
 * As `kickoffValues` for a run that goes on from another one's state: what is there stays, inputs are put over it, and what the
 * schema has come to ask for since is filled in by its defaults and by `initialState`.
 * @throws {FlowError} RUN_INPUTS_INVALID – they do not fit, or have an unknown key
 * @throws {FlowError} STATE_INVALID – what the other run left does not fit the schema
 */
export function continueValues(
  { definition }: CompiledFlow,
  given: unknown,
  { left, initialState }: Continued,
): KickoffValues {
  const { name, inputs: inputsSchema, state: stateSchema } = definition;
  const inputs = inputsSchema ? parseStrict(inputsSchema, given ?? {}) : undefined;
  if (inputs && !inputs.ok) throw invalidInputs(name, inputs.problems);
  if (!inputs) checkIsObject(name, given);
  const merged = inputs ? {} : { ...(given as object | undefined) };
  const keys = Object.keys(merged);
  const missing = Object.entries({ ...initialState }).filter(([key]) => !Object.hasOwn(left, key));
  const added = { ...Object.fromEntries(missing), ...merged };
  if (!stateSchema && !initialState && keys.length > 0) throw stateless(name, keys[0]!);
  const renewed = stateSchema
    ? renewState(stateSchema, left, added)
    : ({ ok: true, value: { ...left, ...added } } as const);
  if (!renewed.ok) {
    const ofInputs = renewed.problems.filter(({ path }) => keys.includes(String(path[0])));
    throw ofInputs.length > 0 ? invalidInputs(name, ofInputs) : invalidLeft(name, renewed.problems);
  }
  const state = finishForState(renewed.value, []) as Record<string, unknown>;
  const own = inputs ? inputs.value : Object.fromEntries(keys.map((key) => [key, state[key]]));
  const values = { inputs: finishValue(own, "the inputs"), state };
  definition.checkInputs?.(values.inputs);
  return values;
}

function checkIsObject(flow: string, given: unknown): asserts given is object | undefined {
  if (given === undefined || (typeof given === "object" && given !== null && !Array.isArray(given))) return;
  throw invalidInputs(flow, [{ path: [], message: "inputs are an object" }]);
}

function stateless(flow: string, key: string): FlowError {
  return invalidInputs(flow, [{ path: [key], message: `"${key}" is unknown: the flow has no state and no inputs` }]);
}

function invalidInputs(flow: string, problems: readonly ValueProblem[]): FlowError {
  return new FlowError("RUN_INPUTS_INVALID", `Flow "${flow}" can't start with these inputs: ${listed(problems)}`, {
    hint: "Give what the schema of the flow's inputs describes; of a flow without one, parts of its state.",
    details: { problems },
  });
}

function invalidState(flow: string, problems: readonly ValueProblem[]): FlowError {
  return new FlowError(
    "STATE_INVALID",
    `The initial state of flow "${flow}" does not fit its schema: ${listed(problems)}`,
    {
      hint: "Give each field of the state's schema a default, or set it by initialState.",
      details: { problems },
    },
  );
}

function invalidLeft(flow: string, problems: readonly ValueProblem[]): FlowError {
  return new FlowError(
    "STATE_INVALID",
    `The state that the run goes on from does not fit the schema of flow "${flow}": ${listed(problems)}`,
    {
      hint: "Give these fields with the inputs, or let the schema of the state take the old values too.",
      details: { problems },
    },
  );
}

const listed = (problems: readonly ValueProblem[]): string =>
  problems.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");
