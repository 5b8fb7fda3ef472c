/**
 * A generator as a step: what it yields is streamed and, unless it returns a value of its own, is also its result: texts as one
 * text, all else as a list.
 */
type AnyGenerator = Generator<unknown> | AsyncGenerator<unknown>;

export function isGenerator(value: unknown): value is AnyGenerator {
  if (typeof value !== "object" || value === null) return false;
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return tag === "AsyncGenerator" || tag === "Generator";
}

/**
 * A generator whose result is what it returns or, where it returns nothing, what it has yielded: texts as one text, all else as a
 * list. In the builder and in documents steps are this by themselves; in a class: `return collected(words())`.
 */
export async function* collected(generator: AnyGenerator): AsyncGenerator<unknown, unknown> {
  const chunks: unknown[] = [];
  try {
    for (;;) {
      const next = await generator.next();
      if (next.done) return next.value === undefined ? gathered(chunks) : next.value;
      chunks.push(next.value);
      yield next.value;
    }
  } finally {
    // whoever stops reading stops it, too
    await generator.return(undefined);
  }
}

function gathered(chunks: readonly unknown[]): unknown {
  return chunks.length > 0 && chunks.every((chunk) => typeof chunk === "string") ? chunks.join("") : chunks;
}
