import { attemptProgress, type StepCall, type StepCode } from "millrace";

const atWork: ReadonlySet<string> = new Set(["working", "storing"]);

type AnyGenerator = Generator<unknown, unknown> | AsyncGenerator<unknown, unknown>;

/** Knows whether any step does something, as against waiting for the clock or for people. */
export class StepWatch {
  readonly #attempts = new Set<StepCall>();

  get working(): boolean {
    for (const call of this.#attempts) if (atWork.has(attemptProgress(call))) return true;
    return false;
  }

  /** The same code, watched. What it answers is handed on as it is. */
  readonly watching = (code: StepCode): StepCode => {
    return (flow, payload, sources) => {
      const { call } = flow as { readonly call: StepCall };
      const done = () => void this.#attempts.delete(call);
      this.#attempts.add(call);
      try {
        const answer = code(flow, payload, sources);
        if (isGenerator(answer)) return drained(answer, done);
        if (isThenable(answer)) answer.then(done, done);
        else done();
        return answer;
      } catch (error) {
        done();
        throw error;
      }
    };
  };
}

async function* drained(generator: AnyGenerator, done: () => void): AsyncGenerator<unknown, unknown> {
  try {
    return yield* generator;
  } finally {
    done();
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";

/** Of a step that streams: the engine tells it by the same mark. */
export function isGenerator(value: unknown): value is AnyGenerator {
  if (typeof value !== "object" || value === null) return false;
  const tag = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return tag === "AsyncGenerator" || tag === "Generator";
}
