/** What is given to `kickoff`, checked: the inputs for the start steps and the initial state. */
import { FlowError, type ValueProblem } from "../errors/index.js";
import { finishForState, finishValue, parseStrict } from "../state/index.js";
import type { CompiledFlow } from "./compiled-flow.js";

export interface KickoffValues {
  readonly inputs: unknown;
  readonly state: unknown;
}

/**
 * With an `inputs` schema the inputs are its; without one they are merged into the state, whose schema then checks them.
 * @throws {FlowError} RUN_INPUTS_INVALID – they do not fit, or have an unknown key
 * @throws {FlowError} STATE_INVALID – the initial state does not fit though the inputs do
 */
export function kickoffValues(
  { definition }: CompiledFlow,
  given: unknown,
  initialState: object | undefined,
): KickoffValues {
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
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given))) {
    throw invalidInputs(name, [{ path: [], message: "inputs are an object" }]);
  }
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
  if (!initialState && keys.length > 0) {
    const message = `"${keys[0]}" is unknown: the flow has no state and no inputs`;
    throw invalidInputs(name, [{ path: [keys[0]!], message }]);
  }
  const state = finishForState({ ...initialState, ...given }, []);
  return { inputs: finishValue(given ?? {}, "the inputs"), state };
}

function invalidInputs(flow: string, problems: readonly ValueProblem[]): FlowError {
  return new FlowError("RUN_INPUTS_INVALID", `Flow "${flow}" can't start with these inputs: ${listed(problems)}`, {
    hint: "Give kickoff what `static inputs` (or, without it, `static state`) describes.",
    details: { problems },
  });
}

function invalidState(flow: string, problems: readonly ValueProblem[]): FlowError {
  return new FlowError(
    "STATE_INVALID",
    `The initial state of flow "${flow}" does not fit its schema: ${listed(problems)}`,
    {
      hint: "Give each field of `static state` a default, or set it by initialState.",
      details: { problems },
    },
  );
}

const listed = (problems: readonly ValueProblem[]): string =>
  problems.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");
