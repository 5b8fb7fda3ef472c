/** A chat as it is stored: its messages, for clients that open it, and the chats that there are. */
import { ChatMessage, FlowError, type JournalRow, type RunRecord } from "millrace";
import { toJson } from "../http/index.js";
import type { ChatPlace } from "./chat-place.js";
import { replyOf } from "./reply-of.js";
import { replyId } from "./reply-writer.js";
import { messageParts } from "./shown-part.js";
import { storedFeed } from "./tell-turn.js";

export interface Transcript {
  readonly id: string;
  /** Of the newest turn's run. `running`: a reply is told, `GET …/stream` joins. `waiting`: it asks something. Else it takes a message. */
  readonly status: RunRecord["status"];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly messages: readonly ChatMessage[];
}

/** Turns that are shown at most, the newest. */
export const mostTurns = 200;

/** @throws {FlowError} CHAT_NOT_FOUND */
export async function transcript(place: ChatPlace): Promise<Transcript> {
  const { hosted, session, id, shape } = place;
  const line: RunRecord[] = [];
  for await (const run of hosted.flow.runs.line(session)) {
    if (line.push(run) === mostTurns) break;
  }
  const [newest] = line;
  if (!newest) throw chatNotFound(id);
  line.reverse();
  // what was said before stands in what the newest turn of such a flow was given
  const shown = shape.history === undefined ? line : line.slice(-1);
  const messages = await Promise.all(shown.map((run) => messagesOf(place, run)));
  return {
    id,
    status: newest.status,
    createdAt: new Date(line[0]!.createdAt),
    updatedAt: new Date(newest.updatedAt),
    messages: messages.flat(),
  };
}

async function messagesOf(place: ChatPlace, run: RunRecord): Promise<ChatMessage[]> {
  const { hosted, shape } = place;
  const inputs = (await hosted.flow.runs.inputs(run.id)) as Readonly<Record<string, unknown>>;
  const before = shape.history === undefined ? [] : (toJson(inputs[shape.history]) as ChatMessage[] | undefined);
  const said = toJson(inputs[shape.message]) as ChatMessage | undefined;
  const reply = await replyIn(place, run);
  return [...(before ?? []), ...(said ? [said] : []), ...(reply ? [reply] : [])];
}

/** What a turn has answered, or asks; undefined: it is not at rest, or nothing is kept of what it said. */
async function replyIn(place: ChatPlace, run: RunRecord): Promise<ChatMessage | undefined> {
  const about = { id: replyId(run.id), role: "assistant", metadata: { runId: run.id } } as const;
  if (run.status === "waiting") return { ...about, parts: messageParts((await storedFeed(place, run)).parts) };
  if (run.status !== "completed" && run.status !== "cancelled") return undefined;
  const rows = await place.hosted.flow.runs.history(run.id, { after: Math.max(0, run.position - 20) });
  if (run.status === "cancelled") {
    const parts = stoppedParts(rows);
    return parts && { ...about, parts };
  }
  const ended = rows.findLast(({ entry }) => entry.type === "ended")?.entry;
  const reply = ended?.type === "ended" ? replyOf(place.hosted, ended.output, place.server) : undefined;
  return reply && { ...about, parts: reply.parts };
}

/** What was said by the time that somebody stopped it. */
function stoppedParts(rows: readonly JournalRow[]): ChatMessage["parts"] | undefined {
  const cancelled = rows.findLast(({ entry }) => entry.type === "cancelled")?.entry;
  const note = cancelled?.type === "cancelled" ? cancelled.note : undefined;
  const read = ChatMessage.shape.parts.safeParse((note as { reply?: unknown } | undefined)?.reply);
  if (!read.success || read.data.length === 0) return undefined;
  return read.data.map((part) => (part.state === "streaming" ? { ...part, state: "done" } : part));
}

export function chatNotFound(id: string): FlowError {
  return new FlowError("CHAT_NOT_FOUND", `There is no chat "${id.slice(0, 100)}".`, {
    hint: "Its first message makes it: POST …/chat.",
  });
}
