/** Where a request to a chat leads: the flow, the session that the chat is, and who asks. */
import { FlowError, type RunRecord } from "millrace";
import type { Access } from "../auth/index.js";
import { type ChatShape, chatShape, type HostedFlow, isChat } from "../host/index.js";
import { flowOf, type RouteServer, type ServerContext } from "../http/index.js";
import type { ChatFeeds } from "./chat-feeds.js";

export interface ChatPlace {
  readonly hosted: HostedFlow;
  readonly shape: ChatShape;
  /** The chat's id, as clients know it. */
  readonly id: string;
  /** The name of its session in the store: one that no other subject's chats have. */
  readonly session: string;
  readonly access: Access;
  readonly server: RouteServer;
  readonly feeds: ChatFeeds;
}

/**
 * The flow that the path names, as a chat.
 * @throws {FlowError} CHAT_FLOW_INVALID – it is none; the hint says how it would become one
 */
export function chatFlowOf(
  context: ServerContext,
  server: RouteServer,
  verb: "read" | "run",
): Pick<ChatPlace, "hosted" | "shape"> {
  const hosted = flowOf(context, server, verb);
  const shape = hosted.chat ?? chatShape(hosted.flowClass);
  if (isChat(shape)) return { hosted, shape };
  throw new FlowError("CHAT_FLOW_INVALID", `Flow "${hosted.name}" is no chat: ${shape.reason}.`, {
    hint: shape.hint,
    details: { flow: hosted.name },
  });
}

/** The run of the chat that runs or waits; undefined: it rests. */
export async function activeRun({ hosted, session }: ChatPlace): Promise<RunRecord | undefined> {
  const page = await hosted.flow.runs.list({ session, status: ["running", "waiting"], limit: 1 });
  return page.runs[0];
}

/** The run that was started last of those that the chat stands on. */
export async function newestRun({ hosted, session }: ChatPlace): Promise<RunRecord | undefined> {
  for await (const record of hosted.flow.runs.line(session)) return record;
  return undefined;
}
