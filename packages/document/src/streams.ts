/** What a generator function answers: its yields are chunks, what it returns is the result. */
export type Stream = Generator<unknown, unknown> | AsyncGenerator<unknown, unknown>;

export const isStream = (made: unknown): made is Stream =>
  typeof made === "object" &&
  made !== null &&
  "next" in made &&
  (Symbol.asyncIterator in made || Symbol.iterator in made);

/** What a function has made, looked at where it is finished: at once, later, or at the end of a stream. */
export function whenFinished(made: unknown, look: (value: unknown) => unknown): unknown {
  if (made instanceof Promise) return made.then(look);
  return isStream(made) ? atItsEnd(made, look) : look(made);
}

async function* atItsEnd(stream: Stream, look: (value: unknown) => unknown): AsyncGenerator<unknown, unknown> {
  return look(yield* stream);
}
