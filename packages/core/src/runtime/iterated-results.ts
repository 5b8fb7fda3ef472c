/**
 * What steps bring bit by bit. A generator is a stream: its yields are chunks, what it returns is its result. Any other iterator
 * or async iterable (lines of a file, the entries of a folder, the pages of a service) is gathered: its items, as an array, are the
 * result. The values that are lists already (arrays, Sets, Maps, typed arrays) are kept as they are.
 */
import { breathe } from "./event-loop.js";

export type AnyGenerator = Generator<unknown> | AsyncGenerator<unknown>;

export interface Until {
  /** Whether nobody wants more of it. */
  readonly over: () => boolean;
}

export function isGenerator(value: unknown): value is AnyGenerator {
  if (typeof value !== "object" || value === null) return false;
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return tag === "AsyncGenerator" || tag === "Generator";
}

/** Whether a result is gathered before it counts. */
export function isGathered(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value && !(value instanceof Map || value instanceof Set || ArrayBuffer.isView(value));
}

/** Hands over what a generator yields; answers what it returns. */
export async function drain(
  generator: AnyGenerator,
  { take, over }: Until & { readonly take: (chunk: unknown) => void },
): Promise<unknown> {
  try {
    for (;;) {
      const next = await generator.next();
      if (next.done) return next.value;
      if (over()) return undefined;
      take(next.value);
      const breath = breathe();
      if (breath) await breath;
    }
  } finally {
    // lets its own `finally` run, whatever ended it here
    await generator.return(undefined);
  }
}

/** The items as an array. */
export async function gather(
  items: AsyncIterable<unknown> | Iterable<unknown>,
  { over }: Until,
): Promise<readonly unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) {
    if (over()) break;
    list.push(item);
    const breath = breathe();
    if (breath) await breath;
  }
  return list;
}
