/**
 * What of a memory is told on. In: all of its messages, the oldest first, and a window. Out: finished messages, of which no call of a
 * tool stands without its result and no result without its call, wherever they stand. Nothing of the memory itself is changed.
 */
import { current, isDraft, isModified, original } from "immer";
import { finishValue } from "../finish-value.js";
import type { MemoryMessage } from "./memory.js";
import { pairedMessages } from "./paired-messages.js";

/** How much of a memory is told on; the narrower of both. */
export interface MemoryWindow {
  /** How many of the newest messages. Those of `role: "system"`, and a summary, are told on beside them. */
  readonly messages?: number;
  /** How many tokens all that is told on may have together. */
  readonly tokens?: number;
}

/** What is told on beside the memory itself. */
export interface RecentOptions extends MemoryWindow {
  /** What is said now and is not in the memory yet: it stands at the end, and takes of the window's room. */
  readonly now?: readonly MemoryMessage[];
}

/** How many tokens a message has. */
export type TokenCount = (message: MemoryMessage) => number;

/**
 * The newest messages of a memory that the window has room for: never without the newest, never with one half of a call of a tool
 * and its result. Messages of `role: "system"` always come along. Where there is a summary, it stands first, for all that it covers; one
 * without a word lets that be forgotten.
 *
 * @param tokensOf Counts one message. @default a token for every four characters of its content
 * @example
 * const told = recentMessages(this.state.history, { messages: 20 });
 */
export function recentMessages(
  memory: readonly MemoryMessage[],
  { messages = Number.POSITIVE_INFINITY, tokens = Number.POSITIVE_INFINITY, now = [] }: RecentOptions = {},
  tokensOf: TokenCount = estimatedTokens,
): readonly MemoryMessage[] {
  const before = finishedList(memory);
  const all = now.length > 0 ? [...before, ...now] : before;
  const summary = newestSummary(all);
  const from = summary?.until ?? 0;
  const heads = all.slice(0, from).filter((message) => isSystem(message) && !message.summary);
  if (summary?.content) heads.push({ role: "user", content: summary.content });
  const { told, mayBegin } = pairedMessages(all.slice(from).filter((message) => !message.summary));
  const left = tokens - sum([...heads, ...told.filter(isSystem)], tokens, tokensOf);
  const begin = beginning(told, { mayBegin, messages, tokens: left, tokensOf });
  const kept = told.filter((message, i) => i >= begin || isSystem(message));
  return [...heads, ...kept].map((message) => finishValue(message, "a message of a memory") as MemoryMessage);
}

interface Room {
  readonly mayBegin: readonly boolean[];
  readonly messages: number;
  readonly tokens: number;
  readonly tokensOf: TokenCount;
}

/** The first position that the window has room for; with the newest message, whatever it costs. */
function beginning(told: readonly MemoryMessage[], { mayBegin, messages, tokens, tokensOf }: Room): number {
  let left = tokens;
  let count = 0;
  let found = told.length;
  for (let at = told.length - 1; at >= 0; at--) {
    const message = told[at]!;
    if (!isSystem(message)) {
      count++;
      if (tokens !== Number.POSITIVE_INFINITY) left -= tokensOf(message);
      if (found < told.length && (count > messages || left < 0)) break;
    }
    if (mayBegin[at]) found = at;
  }
  return found;
}

const isSystem = ({ role }: MemoryMessage) => role === "system";

const sum = (messages: readonly MemoryMessage[], tokens: number, tokensOf: TokenCount) =>
  tokens === Number.POSITIVE_INFINITY ? 0 : messages.reduce((all, message) => all + tokensOf(message), 0);

export interface Covering {
  readonly content: MemoryMessage["content"];
  /** The position of the first message that it does not cover. */
  readonly until: number;
}

/**
 * The one that covers most; of two that cover as much, the later one. None covers what stands after it: whoever has shortened a memory
 * from its beginning has moved all of it.
 */
export function newestSummary(all: readonly MemoryMessage[]): Covering | undefined {
  let newest: Covering | undefined;
  for (const [i, { summary, content }] of all.entries()) {
    if (!summary) continue;
    const until = Math.min(summary.until, i);
    if (until >= (newest?.until ?? 0)) newest = { content, until };
  }
  return newest;
}

/** A memory as it is at this moment, without a draft in it. The list stays as open as it is: a frozen one costs more to change. */
export function finishedList(memory: readonly MemoryMessage[]): readonly MemoryMessage[] {
  if (!isDraft(memory)) return memory;
  const draft = memory as unknown[];
  return (isModified(draft) ? current(draft) : original(draft)) as MemoryMessage[];
}

/** A rule of thumb that holds for most models and languages. */
export function estimatedTokens({ content }: MemoryMessage): number {
  const text = typeof content === "string" ? content : (JSON.stringify(content) ?? "");
  return Math.ceil(text.length / 4);
}
