/** The chats of whoever asks, the one with the newest message first. */
import type { RunRecord } from "millrace";
import type { ChatPlace } from "./chat-place.js";

export interface ChatPage {
  readonly chats: readonly { readonly id: string; readonly status: RunRecord["status"]; readonly updatedAt: Date }[];
  /** Absent on the last page. */
  readonly next?: string;
}

const pageChats = 100;

export async function listChats(
  { hosted, access }: Pick<ChatPlace, "hosted" | "access">,
  cursor: string | undefined,
): Promise<ChatPage> {
  const newestOf = access.confined ? access.own("") : "";
  const at = cursor !== undefined && { cursor };
  const { runs, next } = await hosted.flow.runs.list({ newestOf, limit: pageChats, ...at });
  const chats = runs.flatMap(({ session, status, updatedAt }) =>
    session !== undefined && access.reaches(session)
      ? [{ id: access.local(session), status, updatedAt: new Date(updatedAt) }]
      : [],
  );
  return { chats, ...(next !== undefined && { next }) };
}
