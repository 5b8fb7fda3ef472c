import type { RunMachine } from "./run-machine.js";
import type { FlowLike, RunResult } from "./run-result.js";

/**
 * What a run that completed or waits resolves with. Outputs and state are made when they are first read: freezing a state
 * costs its size.
 */
export function runResult<F extends FlowLike>(machine: RunMachine): RunResult<F> {
  const { runId: id, ended, scheduler, state } = machine;
  const rest =
    ended?.status === "completed"
      ? { status: "completed", output: ended.output }
      : { status: "waiting", output: undefined, waitingFor: scheduler.awaited() };
  const result = { id, ...rest };
  lazily(result, "outputs", () => outputsOf(machine));
  lazily(result, "state", () => state.root);
  // what console.log shows: the values, not the getters
  Object.defineProperty(result, Symbol.for("nodejs.util.inspect.custom"), { value: () => ({ ...result }) });
  return Object.freeze(result) as unknown as RunResult<F>;
}

function outputsOf({ flow, outputs }: RunMachine): object {
  const { steps } = flow.plan;
  return Object.freeze(
    Object.fromEntries([...outputs].sort(([a], [b]) => a - b).map(([step, output]) => [steps[step]!.name, output])),
  );
}

function lazily(target: object, name: string, make: () => unknown): void {
  let made: { value: unknown } | undefined;
  const get = () => {
    made ??= { value: make() };
    return made.value;
  };
  Object.defineProperty(target, name, { enumerable: true, get });
}
