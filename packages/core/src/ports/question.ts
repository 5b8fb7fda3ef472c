/** What a step asks of people: kept by the store as long as it is open, so that it is found without opening its run. */

export interface Question {
  /** Unlike any other question's; it is answered by it. */
  readonly id: string;
  readonly runId: string;
  readonly flow: string;
  readonly step: string;
  /** Position among the calls of the step, from 1. */
  readonly number: number;
  readonly prompt: string;
  /** What an answer must look like, as JSON Schema; of an approval, `{ outcome, feedback }`. */
  readonly schema: unknown;
  /** What it is about: of an approval, what is to be decided on, as the step returned it. */
  readonly value?: unknown;
  /** Of an approval: what may be decided; absent: it is no approval. */
  readonly outcomes?: readonly string[];
  /** ms since the epoch */
  readonly askedAt: number;
  /** When it is too late for an answer, ms since the epoch; absent: never. */
  readonly until?: number;
}

export interface QuestionQuery {
  readonly id?: string;
  readonly flow?: string;
  readonly runId?: string;
  /** Of the runs whose ids begin so. */
  readonly runIdPrefix?: string;
  /** At most so many, oldest first. @default 100 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface QuestionPage {
  readonly questions: readonly Question[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** What a router has put before a human, beside the value: that is its result. */
export interface AskedApproval {
  readonly prompt: string;
  /** JSON Schema of the whole answer. */
  readonly schema: unknown;
  readonly outcomes: readonly string[];
  readonly timeoutMs?: number;
  /** What silence counts as. */
  readonly onTimeout?: { readonly outcome: string; readonly feedback?: unknown };
}

/** How a question ended. */
export type Answer = { readonly value: unknown } | { readonly timedOut: true };
