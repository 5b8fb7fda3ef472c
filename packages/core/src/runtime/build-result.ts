import type { RunMachine } from "./run-machine.js";
import type { FlowLike, RunResult } from "./run-result.js";

/** What a run that completed or waits resolves with. The state is frozen when it is first read: that costs its size. */
export function runResult<F extends FlowLike>(machine: RunMachine): RunResult<F> {
  const { runId: id, ended, flow, scheduler, state } = machine;
  const outputs = Object.fromEntries(
    flow.plan.steps.flatMap(({ name }, step) => (machine.outputs.has(step) ? [[name, machine.outputs.get(step)]] : [])),
  );
  const rest =
    ended?.status === "completed"
      ? { status: "completed", output: ended.output }
      : { status: "waiting", output: undefined, waitingFor: scheduler.awaited() };
  const result = { id, ...rest, outputs: Object.freeze(outputs) };
  let frozen: unknown;
  Object.defineProperty(result, "state", { enumerable: true, get: () => (frozen ??= state.sealed()) });
  return Object.freeze(result) as unknown as RunResult<F>;
}
