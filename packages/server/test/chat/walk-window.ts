/** A reader's page of a chat, for walks: a client whose line can be cut, and what it is sure to show of the chat. */
import { type ChatClient, chatClient, type Major, textOf } from "../../src/chat/reply/testing/clients.js";
import { cutter, type Line } from "./show-lab.js";

/**
 * What a window shows of the chat: all as it is stored; all until its line was cut; all, with texts that went on after a cut as
 * parts of their own; or nothing to be sure of.
 */
export type Knows = "all" | "torn" | "content" | undefined;

export interface Window {
  readonly client: ChatClient;
  readonly line: Line;
  knows: Knows;
  /** What it does. */
  under: Promise<void>;
}

export interface WindowOptions {
  readonly major: Major;
  readonly api: string;
  readonly id: string;
  readonly messages: readonly any[];
  /** An answer that is no stream. */
  readonly refused: (code: string, text: string) => void;
}

export function openWindow({ major, api, id, messages, refused }: WindowOptions): Window {
  const { line, fetch } = cutter();
  const fetching: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    if (response.status < 400) return response;
    const text = await response.clone().text();
    refused(JSON.parse(text).code, text);
    return response;
  };
  const client = chatClient(major, { id, api, fetch: fetching, messages: structuredClone([...messages]) });
  return { client, line, knows: "all", under: Promise.resolve() };
}

/** What messages say, however it was put together: the letters of their texts, their calls, the newest of their data. */
export const contents = (messages: readonly any[]): unknown[] =>
  messages.map(({ id, role, parts }) => ({
    id,
    role,
    text: [...textOf({ parts })].sort().join(""),
    calls: parts
      .flatMap(({ toolCallId, state, output }: any) => (toolCallId ? [[toolCallId, state, output]] : []))
      .sort(),
    data: parts.flatMap(({ type, id, data }: any) => (id !== undefined && data ? [[type, id, data]] : [])).sort(),
    files: parts.flatMap(({ url }: any) => url ?? []).sort(),
  }));
