/** A chat as it is stored: its messages, for clients that open it, and the chats that there are. */
import { type ChatMessage, FlowError, type RunRecord, toJson } from "millrace";
import type { ChatPlace } from "./chat-place.js";
import { aboutReply, brokenOff, messageParts, metadataOf, replyId, saidId } from "./reply/index.js";
import { type StoredTurn, storedTurn } from "./stored-turn.js";

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
    messages: distinct(messages, shown),
  };
}

/** Pages go by the ids of messages: where turns were begun with the same one, it is the newest's; the others are known by their run. */
function distinct(messages: readonly ChatMessage[][], runs: readonly RunRecord[]): ChatMessage[] {
  const known = new Set<string>();
  const told: ChatMessage[] = [];
  for (const [i, ofRun] of [...messages.entries()].reverse()) {
    for (const message of ofRun.toReversed()) {
      const id = known.has(message.id) ? saidId(runs[i]!.id) : message.id;
      known.add(id);
      told.push(id === message.id ? message : { ...message, id });
    }
  }
  return told.reverse();
}

async function messagesOf(place: ChatPlace, run: RunRecord): Promise<ChatMessage[]> {
  const { hosted, shape, server } = place;
  // a run that waits may wait for other runs: what those wait for is told as of now
  const record = run.status === "waiting" ? ((await hosted.flow.runs.get(run.id)) ?? run) : run;
  const turn = await storedTurn(hosted, record, server.host.persistence);
  const inputs = turn.inputs as Readonly<Record<string, unknown>>;
  const before = shape.history === undefined ? [] : (toJson(inputs[shape.history]) as ChatMessage[] | undefined);
  const said = toJson(inputs[shape.message]) as ChatMessage | undefined;
  const reply = await replyIn(place, run, turn);
  return [...(before ?? []).map(withoutOpenCalls), ...(said ? [said] : []), ...(reply ? [reply] : [])];
}

const openStates: ReadonlySet<unknown> = new Set([
  "input-streaming",
  "input-available",
  "approval-requested",
  "approval-responded",
]);

/** A client's word of what was said before: whatever was asked then was left, and waits for nobody. */
function withoutOpenCalls(message: ChatMessage): ChatMessage {
  const parts = message.parts.map((part) => {
    if (typeof part.toolCallId !== "string" || !openStates.has(part.state)) return part;
    const { approval: _, ...call } = part;
    return { ...call, type: part.type, state: "output-error", input: part.input ?? null, errorText: brokenOff };
  });
  return { ...message, parts };
}

/** What was told of a turn; undefined: nothing. */
async function replyIn(
  { feeds, hosted }: ChatPlace,
  run: RunRecord,
  turn: StoredTurn,
): Promise<ChatMessage | undefined> {
  const { parts } = feeds.get(run.id) ?? (await feeds.told(hosted, turn));
  const shown = messageParts(parts);
  const about = {
    id: replyId(run.id),
    role: "assistant",
    metadata: { ...metadataOf(parts), ...aboutReply(run.id) },
  } as const;
  if (run.status !== "running") return { ...about, parts: shown };
  // of a message with a half-told input clients make two when they ask for its rest
  const whole = shown.filter(({ state }) => state !== "input-streaming");
  return whole.length > 0 ? { ...about, parts: whole } : undefined;
}

export function chatNotFound(id: string): FlowError {
  return new FlowError("CHAT_NOT_FOUND", `There is no chat "${id.slice(0, 100)}".`, {
    hint: "Its first message makes it: POST …/chat.",
  });
}
