/**
 * What stands around the code of steps: wrappers that are asked before an attempt begins, to set what its code finds in its
 * async context. They see no outcome and can't change one: whatever a wrapper does, the step runs, and runs once.
 */
import type { StepCall } from "../definition/index.js";

/** Calls `run`, at once, within what the step's code shall find around it. */
export type StepWrapper = (call: StepCall, run: () => void) => void;

/** What the calls of a run ask for. */
export interface StepSurroundings {
  /** Whether there is any wrapper: without, steps run as they are. */
  readonly wrapped: boolean;
  /** Runs `body` within all wrappers, the first outermost; answers or throws as `body` does. */
  surround<T>(call: StepCall, body: () => T): T;
}

export interface Surrounded {
  readonly wrappers: readonly StepWrapper[];
  /** Told what a wrapper throws, or that it never ran the step. */
  readonly failed: (error: unknown) => void;
}

/** What stands around the steps of a run inside of another one: the outer run's wrappers outside. */
export function surroundedBy(outer: StepSurroundings, inner: StepSurroundings): StepSurroundings {
  if (outer === inner) return inner;
  return {
    get wrapped() {
      return outer.wrapped || inner.wrapped;
    },
    surround(call, body) {
      return outer.surround(call, () => inner.surround(call, body));
    },
  };
}

export function surround<T>(call: StepCall, body: () => T, { wrappers, failed }: Surrounded): T {
  let outcome: (() => T) | undefined;
  let run = (): void => {
    outcome ??= settle(body);
  };
  const bare = run;
  for (const wrapper of [...wrappers].reverse()) {
    const inner = run;
    run = () => {
      try {
        let entered = false;
        const answer: unknown = wrapper(call, () => {
          entered = true;
          inner();
        });
        if (answer instanceof Promise) answer.catch(failed);
        if (!entered) failed(new Error("it did not run the step at once"));
      } catch (error) {
        failed(error);
      }
    };
  }
  run();
  bare();
  return outcome!();
}

function settle<T>(body: () => T): () => T {
  try {
    const value = body();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
