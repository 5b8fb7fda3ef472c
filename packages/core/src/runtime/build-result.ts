import { inspect } from "node:util";
import type { RunMachine } from "./run-machine.js";
import type { FlowLike, RunResult } from "./run-result.js";

/**
 * What a run that completed or waits resolves with. Outputs and state are made when they are first read: freezing a state
 * costs its size.
 */
export function runResult<F extends FlowLike>(machine: RunMachine): RunResult<F> {
  const { runId: id, ended, usage } = machine;
  const result: object =
    ended?.status === "completed"
      ? { id, status: "completed", output: ended.output }
      : { id, status: "waiting", output: undefined, waitingFor: machine.waitingFor };
  if (usage) Object.assign(result, { usage });
  new Later(result, machine);
  return Object.freeze(Object.defineProperties(result, madeLater)) as unknown as RunResult<F>;
}

class Given {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: a subclass's private fields are added to what is returned here
    return value;
  }
}

/** What a result needs to make the rest of itself, seen by nobody. */
class Later extends Given {
  readonly #machine: Pick<RunMachine, "flow" | "outputs" | "state">;
  #outputs: object | undefined;

  constructor(result: object, { flow, outputs, state }: RunMachine) {
    super(result);
    this.#machine = { flow, outputs, state };
  }

  static state(result: object): unknown {
    return (result as Later).#machine.state.root;
  }

  static outputs(result: object): object {
    const later = result as Later;
    later.#outputs ??= outputsOf(later.#machine);
    return later.#outputs;
  }
}

function outputsOf({ flow, outputs }: Pick<RunMachine, "flow" | "outputs">): object {
  const { steps } = flow.plan;
  return Object.freeze(
    Object.fromEntries([...outputs].sort(([a], [b]) => a - b).map(([step, output]) => [steps[step]!.name, output])),
  );
}

/** The same functions for all results, so that V8 gives them one shape. */
const madeLater: PropertyDescriptorMap = {
  outputs: {
    enumerable: true,
    get() {
      return Later.outputs(this);
    },
  },
  state: {
    enumerable: true,
    get() {
      return Later.state(this);
    },
  },
  // what console.log shows: the values, not the getters
  [inspect.custom]: {
    value(this: object) {
      return { ...this };
    },
  },
};
