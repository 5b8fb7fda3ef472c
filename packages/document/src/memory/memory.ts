/**
 * A memory while a step is called. Its messages stand in the flow's state, under the memory's id: so they are committed with the
 * step, come back after a crash, are carried from run to run by sessions and go into forks.
 */
import { z } from "zod";

/** What a memory holds: who said it, and what; what else it has is its maker's own. */
export interface Message {
  readonly role: string;
  readonly content: unknown;
  readonly [field: string]: unknown;
}

/** What a document says of a memory. */
export interface Memory {
  readonly id: string;
  readonly description?: string;
  /** What of it is told on; the narrower of both. Absent: all. */
  readonly window?: {
    readonly messages?: number;
    readonly tokens?: number;
  };
}

/** A memory in a call. */
export interface StepMemory extends Memory {
  /** All of it, the oldest first. */
  readonly messages: readonly Message[];
  /**
   * The newest messages that its window has room for: never without the newest, never beginning with the answer of a tool, whose
   * call would stand outside.
   *
   * `tokensOf` counts one message. @default a token for every four characters of its content
   */
  recent(tokensOf?: (message: Message) => number): readonly Message[];
  /** Adds messages; they are committed with the step. */
  add(...messages: readonly Message[]): void;
}

/** What a memory is in a flow's state. Steps beside each other may both add to it. */
export const memoryState = () => z.array(z.looseObject({ role: z.string(), content: z.unknown() })).default([]);

export function memoryIn(state: Record<string, Message[]>, memory: Memory): StepMemory {
  const { id, window = {} } = memory;
  return {
    ...memory,
    get messages() {
      return state[id]!;
    },
    recent: (tokensOf = estimated) => recent(state[id]!, window, tokensOf),
    add: (...messages) => {
      state[id]!.push(...messages);
    },
  };
}

function recent(
  all: readonly Message[],
  { messages = Number.POSITIVE_INFINITY, tokens = Number.POSITIVE_INFINITY }: NonNullable<Memory["window"]>,
  tokensOf: (message: Message) => number,
): readonly Message[] {
  let from = all.length;
  let left = tokens;
  while (from > 0 && all.length - from < messages) {
    left -= tokensOf(all[from - 1]!);
    if (left < 0 && from < all.length) break;
    from--;
  }
  while (from < all.length - 1 && all[from]!.role === "tool") from++;
  return all.slice(from);
}

/** A rule of thumb that holds for most models and languages. */
function estimated({ content }: Message): number {
  const text = typeof content === "string" ? content : (JSON.stringify(content) ?? "");
  return Math.ceil(text.length / 4);
}
