/**
 * A memory in a step. Everything that is decided of it is decided once: a step that is begun again, on a state to which others may have
 * added meanwhile, puts the same messages into the same summary.
 */
import { FlowError, type MemoryMessage, nearest, recentMessages, type StepTools, summaryEnd } from "millrace";
import { refuseUnknown } from "../errors/refuse-unknown.js";
import type { ModelChoice } from "../models/index.js";
import { type Leave, type LeftMemory, leaveInMemory } from "./left-memory.js";
import type { MemoryUse, SummaryOptions } from "./options.js";
import { estimateTokens } from "./token-count.js";
import { transcript } from "./transcript.js";

/** Asks a model for a text: durable by itself, and counted. */
export type AskForText = (request: {
  readonly model: ModelChoice;
  readonly system: string;
  readonly prompt: string;
  /** The same for the same request in every attempt. */
  readonly key: string;
}) => Promise<string>;

export interface OpenMemory {
  /** What a model is told: what the window has room for of the memory and of what is said now, which stands at the end. */
  told(now?: readonly MemoryMessage[]): readonly MemoryMessage[];
  /** Puts what has grown too long into a summary, if the memory has one. Before `told`. */
  compact(ask: AskForText, key: string): Promise<void>;
  /** Adds what was said; it is committed with the step. */
  add(...messages: readonly MemoryMessage[]): void;
  /** Says what is to be known of this call of a model to whoever goes on, should the step never complete. */
  leave(leave: Leave): LeftMemory;
}

/**
 * The memory of this name in the state of the running step.
 *
 * @throws {FlowError} AI_MEMORY_UNKNOWN – the state has no memory of this name
 * @throws {FlowError} AI_CALL_INVALID – it has an option that there is not
 */
export function openMemory(use: string | MemoryUse, tools: StepTools): OpenMemory {
  if (typeof use !== "string") refuseUnknownUse(use);
  const { id, window, summary, tokensOf = estimateTokens } = typeof use === "string" ? ({ id: use } as MemoryUse) : use;
  const messages = () => messagesOf(id, tools.state);
  messages();
  return {
    told: (now = []) => recentMessages(messages(), { ...window, now }, tokensOf),
    async compact(ask, key) {
      if (!summary) return;
      const until = await tools.once(`${key}:until`, () => endOf(summary) ?? null);
      if (until === null) return;
      const covered = recentMessages(messages().slice(0, until)).filter(({ role }) => role !== "system");
      const { model, instructions = briefly } = summary;
      const prompt = `${transcript(covered)}\n\nWrite the summary.`;
      const content = await ask({ model, system: instructions, prompt, key });
      messages().push({ role: "system", content: `Summary of what was said before:\n${content}`, summary: { until } });
    },
    add: (...added) => {
      messages().push(...added);
    },
    leave: (leave) => leaveInMemory({ id, messages }, tools, leave),
  };

  function endOf({ at, keep = 6 }: SummaryOptions): number | undefined {
    const tokens = recentMessages(messages()).reduce((sum, message) => sum + tokensOf(message), 0);
    return tokens > at ? summaryEnd(messages(), keep) : undefined;
  }
}

function refuseUnknownUse(use: MemoryUse): void {
  const wrong = { code: "AI_CALL_INVALID", what: "The memory of a model's call is wrong" } as const;
  refuseUnknown(use, { ...wrong, names: ["id", "window", "summary", "tokensOf"] });
  const { window, summary } = use;
  if (window)
    refuseUnknown(window, { ...wrong, what: "The window of a memory is wrong", names: ["messages", "tokens"] });
  if (summary)
    refuseUnknown(summary, {
      ...wrong,
      what: "The summary of a memory is wrong",
      names: ["model", "at", "keep", "instructions"],
    });
}

const briefly =
  "You are given the beginning of a conversation. Summarise it in a few sentences for whoever goes on with it: names, facts, decisions, " +
  "what was asked and is still open. Write nothing else.";

function messagesOf(id: string, state: unknown): MemoryMessage[] {
  const fields = (typeof state === "object" && state !== null ? state : {}) as Readonly<Record<string, unknown>>;
  const found = Object.hasOwn(fields, id) ? fields[id] : undefined;
  if (Array.isArray(found)) return found as MemoryMessage[];
  const lists = Object.keys(fields).filter((key) => Array.isArray(fields[key]));
  const near = nearest(id, lists);
  throw new FlowError(
    "AI_MEMORY_UNKNOWN",
    `The flow's state has no memory "${id}"${near ? `; is "${near}" meant?` : "."}`,
    {
      hint: `Give it one: \`static state = z.object({ ${/^[\w$]+$/.test(id) ? id : JSON.stringify(id)}: memory() })\`.`,
      details: { memory: id },
    },
  );
}
