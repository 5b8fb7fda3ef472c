/** Starts what a request wants done and tells it, or tells what was done already. */
import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type ChatMessage, FlowError, type RunRecord, toJson } from "millrace";
import type { z } from "zod";
import { refuseBusy } from "../routes/index.js";
import { turnInputs } from "./chat-inputs.js";
import { activeRun, type ChatPlace, newestRun } from "./chat-place.js";
import type { ChatRequest } from "./chat-request.js";
import { leavable, makeWay, turnUnderWay } from "./make-way.js";
import type { ShownPart } from "./reply/index.js";
import { jsonText, runOfReply, saidId } from "./reply/index.js";
import { isUnderWay, unlessStopping } from "./stop-turn.js";
import type { Told, TurnFeed } from "./turn-feed.js";

/**
 * A message of the user: a new turn, an edited one, or one that was sent before.
 * @throws {FlowError} SESSION_BUSY – the chat's last turn is not over
 * @throws {FlowError} RUN_INPUTS_INVALID, CHAT_REQUEST_INVALID, CHAT_INPUTS_SET, SERVER_BUSY, SERVER_DRAINING
 */
export async function submit(place: ChatPlace, request: ChatRequest): Promise<Told> {
  const { hosted, shape } = place;
  const runId = turnId(place, request);
  const known = await hosted.flow.runs.get(runId);
  if (known) return again(place, request, known);
  const edited = await meant(place, request);
  return startTurn(place, request, {
    runId,
    ...(edited && { from: before(edited) }),
    fresh: shape.history !== undefined,
  });
}

/**
 * Another reply to a message that was answered, or should have been.
 * @throws {FlowError} CHAT_MESSAGE_UNKNOWN – the chat has no such message
 * @throws {FlowError} as `submit`
 */
export async function regenerate(place: ChatPlace, request: ChatRequest): Promise<Told> {
  const busy = await busyRun(place);
  // a client that was cut off asks for the reply that it has lost
  if (busy?.status === "running" && (await isSaid(place, busy.id, request.last.id)))
    return place.feeds.join(place.hosted, busy.id).subscribe();
  const runId = place.access.ownFor(place.session, randomUUID());
  if (place.shape.history !== undefined) return startTurn(place, request, { runId, fresh: true });
  const { messageId } = request;
  const replied = messageId === undefined ? undefined : runOfReply(messageId);
  const run = await onLine(place, async ({ id }) => id === replied || (await isSaid(place, id, request.last.id)));
  // one that has never arrived is answered for the first time
  if (!run && request.last.role === "user") return submit(place, { ...request, messageId: undefined });
  if (!run) throw unknownMessage(messageId ?? request.last.id);
  return startTurn(place, request, { runId, from: before(run) });
}

/** The same message once more: its turn is told, and gone on with where it has ended badly. */
async function again(place: ChatPlace, request: ChatRequest, found: RunRecord): Promise<Told> {
  const { hosted, feeds, access, shape } = place;
  const known = (await unlessStopping(place, found)) ?? found;
  const { id, status } = known;
  if (status === "running") return feeds.join(hosted, id).subscribe();
  const newest = await newestRun(place);
  if (newest && newest.id !== id && (request.messageId !== undefined || status !== "completed")) {
    // what it has begun when it was sent like this before
    if (isDeepStrictEqual(await wordsIn(place, newest.id), toJson(words(request))))
      return again(place, request, newest);
    return startTurn(place, request, {
      // sent twice at once it is one turn, too
      runId: access.ownFor(place.session, digest([id, newest.id])),
      from: before(known),
      fresh: shape.history !== undefined,
    });
  }
  if (status === "completed" || status === "waiting") return (await feeds.stored(hosted, id)).subscribe();
  return goOn(place, known);
}

/** Goes on with a run that has ended badly, for a client that may have some of its reply. */
export async function goOn(
  place: ChatPlace,
  { id: runId }: RunRecord,
  { seen }: { readonly seen?: readonly ShownPart[] } = {},
): Promise<Told> {
  const { hosted, feeds, server } = place;
  refuseBusy(server);
  const feed = feeds.open(hosted, { runId, begun: "rested" });
  return tell(place, () => hosted.flow.resume(runId, server.host.driving), { feed, ...(seen && { seen }) });
}

/** The turn that is under way. One that is to stop is waited for. */
async function busyRun(place: ChatPlace): Promise<RunRecord | undefined> {
  const run = await activeRun(place);
  const now = run && (await unlessStopping(place, run));
  return now && isUnderWay(now) ? now : undefined;
}

export interface NewTurn {
  readonly runId: string;
  /** The run that it stands on; null: none. Absent: the newest. */
  readonly from?: string | null;
  /** What was said before comes from the client: nothing that another turn left counts. */
  readonly fresh?: boolean;
}

async function startTurn(place: ChatPlace, request: ChatRequest, { runId, from, fresh }: NewTurn): Promise<Told> {
  const { hosted, feeds, server, session } = place;
  const busy = await busyRun(place);
  // before its inputs are looked at: a client with two windows is to hear of the other one
  const waiting = busy && busy.id !== runId ? { run: busy, questions: await leavable(place, busy) } : undefined;
  const { inputs, sent } = await turnInputs(place, request, await newestRun(place));
  if (!feeds.get(runId)) refuseBusy(server);
  // a message that is refused leaves no question
  if (waiting && fits(place, inputs)) await makeWay(place, request, waiting);
  const known = feeds.get(runId);
  if (known) return known.subscribe();
  const feed = feeds.open(hosted, { runId, ...(sent && { sent }) });
  const base = fresh ? { from: null } : from !== undefined && { from };
  const options = { ...server.host.driving, id: runId, ...base };
  try {
    return await tell(place, () => hosted.flow.continue(session, inputs as object, options), { feed });
  } catch (error) {
    // the same message was sent twice, and another process was quicker
    if (!FlowError.is(error) || error.runId !== runId || !doubled.has(error.code)) throw error;
    return feeds.join(hosted, runId).subscribe();
  }
}

const doubled: ReadonlySet<string> = new Set(["RUN_EXISTS", "SESSION_BUSY"]);

export interface Telling {
  readonly feed: TurnFeed;
  /** What the client has of the message. */
  readonly seen?: readonly ShownPart[];
}

/** Drives what a feed is open for; resolves when it has begun. */
export async function tell(
  { server, hosted, feeds }: ChatPlace,
  work: () => Promise<unknown>,
  { feed, seen }: Telling,
): Promise<Told> {
  const told = feed.subscribe({ seen });
  const done = server.host.drive(work);
  const rest = (result?: unknown) => {
    const elsewhere = (result as { readonly status?: unknown } | undefined)?.status === "running";
    if (elsewhere && feed.isDriven) return;
    if (elsewhere) void feeds.handOver(hosted, feed);
    else feed.cut();
  };
  try {
    await Promise.race([feed.begun, done]);
  } catch (error) {
    told.left();
    feed.cut();
    throw FlowError.is(error, "SESSION_BUSY") ? turnUnderWay(error) : error;
  } finally {
    done.then(rest, () => rest());
  }
  return told;
}

/** The run of the message that a request names as one that is there. */
async function meant(place: ChatPlace, { messageId, last }: ChatRequest): Promise<RunRecord | undefined> {
  if (messageId === undefined || messageId !== last.id || place.shape.history !== undefined) return undefined;
  return onLine(place, ({ id }) => isSaid(place, id, messageId));
}

async function onLine(
  { hosted, session }: ChatPlace,
  fits: (run: RunRecord) => Promise<boolean>,
): Promise<RunRecord | undefined> {
  for await (const run of hosted.flow.runs.line(session)) if (await fits(run)) return run;
  return undefined;
}

/** Whether the run was begun with the message. */
const isSaid = async (place: ChatPlace, runId: string, messageId: string): Promise<boolean> =>
  messageId === saidId(runId) || (await saidIn(place, runId)).last?.id === messageId;

type Said = Pick<ChatRequest, "last" | "before">;

/** What a run was begun with. */
async function saidIn({ hosted, shape }: ChatPlace, runId: string): Promise<Partial<Said>> {
  const inputs = ((await hosted.flow.runs.inputs(runId)) ?? {}) as Readonly<Record<string, unknown>>;
  const before = shape.history === undefined ? [] : inputs[shape.history];
  return { last: inputs[shape.message] as ChatMessage | undefined, before: (before ?? []) as ChatMessage[] };
}

const wordsIn = async (place: ChatPlace, runId: string): Promise<unknown> => {
  const { last, before = [] } = await saidIn(place, runId);
  return last && toJson(words({ last, before }));
};

const before = ({ continues }: RunRecord): string | null => continues?.run ?? null;

/** The same for the same message, so that a message that is sent twice is one turn. */
const turnId = ({ access, hosted, session }: ChatPlace, request: ChatRequest): string =>
  access.ownFor(session, digest([hosted.name, session, ...words(request)]));

/** What makes messages the same. */
const words = ({ last, before }: Said): readonly unknown[] => [
  last.id,
  last.parts,
  before.map(({ id, parts }) => [id, parts]),
];

const digest = (said: unknown): string => createHash("sha256").update(jsonText(said)).digest("base64url").slice(0, 32);

const fits = ({ hosted: { flowClass } }: ChatPlace, inputs: unknown): boolean =>
  (flowClass.inputs as z.ZodType | undefined)?.safeParse(inputs).success ?? true;

function unknownMessage(id: string): FlowError {
  return new FlowError("CHAT_MESSAGE_UNKNOWN", `The chat has no message "${id.slice(0, 100)}".`, {
    hint: "GET …/chat/{id} shows those that it has.",
  });
}
