/** A memory while a step is called: its messages stand in the flow's state, under the memory's id. */
import { type MemoryMessage, type MemoryWindow, recentMessages, type TokenCount } from "millrace";

/** What a memory holds: who said it, and what; what else it has is its maker's own. */
export type Message = MemoryMessage;

/** What a document says of a memory. */
export interface Memory {
  readonly id: string;
  readonly description?: string;
  /** What of it is told on; the narrower of both. Absent: all. */
  readonly window?: MemoryWindow;
  /** For step types that put what was said before into a summary: who writes it, and when there are more tokens than what. */
  readonly summary?: { readonly model: string; readonly at: number; readonly keep?: number };
}

/** A memory in a call. */
export interface StepMemory extends Memory {
  /** All of it, the oldest first. */
  readonly messages: readonly Message[];
  /**
   * The newest messages that its window has room for: never without the newest, never with one half of a call of a tool and its
   * result; see `recentMessages` of the core.
   *
   * `tokensOf` counts one message. @default a token for every four characters of its content
   */
  recent(tokensOf?: TokenCount): readonly Message[];
  /** Adds messages; they are committed with the step. */
  add(...messages: readonly Message[]): void;
}

export function memoryIn(state: Record<string, Message[]>, memory: Memory): StepMemory {
  const { id, window } = memory;
  return {
    ...memory,
    get messages() {
      return state[id]!;
    },
    recent: (tokensOf) => recentMessages(state[id]!, window, tokensOf),
    add: (...messages) => {
      state[id]!.push(...messages);
    },
  };
}
