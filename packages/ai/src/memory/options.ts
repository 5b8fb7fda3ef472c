import type { MemoryWindow, TokenCount } from "millrace";
import type { ModelChoice } from "../models/index.js";

/** When what was said is put into a summary, and by whom. */
export interface SummaryOptions {
  /** Who writes it. */
  readonly model: ModelChoice;
  /** It is written when what is told on has more tokens than this. */
  readonly at: number;
  /** How many of the newest messages stay as they are. @default 6 */
  readonly keep?: number;
  /** What the writer is told to do. @default a few sentences of what matters for going on */
  readonly instructions?: string;
}

/** A memory, and how much of it is told on. */
export interface MemoryUse {
  /** The field of the flow's state: `static state = z.object({ history: memory() })`. */
  readonly id: string;
  /** @default all of it */
  readonly window?: MemoryWindow;
  /** @default nothing is put into a summary */
  readonly summary?: SummaryOptions;
  /** Counts the tokens of a message. @default an estimate that fits most models */
  readonly tokensOf?: TokenCount;
}
