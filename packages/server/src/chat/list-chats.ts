/** The chats of whoever asks, the one with the newest message first. */
import type { RunRecord } from "millrace";
import type { ChatPlace } from "./chat-place.js";

export interface ChatPage {
  readonly chats: readonly { readonly id: string; readonly status: RunRecord["status"]; readonly updatedAt: Date }[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** Runs that one request looks at. */
const pageRuns = 200;

export async function listChats(
  { hosted, access }: Pick<ChatPlace, "hosted" | "access">,
  cursor: string | undefined,
): Promise<ChatPage> {
  const { runs, next } = await hosted.flow.runs.list({ limit: pageRuns, ...(cursor !== undefined && { cursor }) });
  const mine = runs.filter(({ session }) => session !== undefined && access.reaches(session));
  const chats = await Promise.all(
    mine.map(async ({ id, session, status, updatedAt }) => {
      const newest = await hosted.flow.runs.list({ session: session!, limit: 1 });
      const shown = session!.startsWith(access.own("")) ? session!.slice(access.own("").length) : session!;
      return newest.runs[0]?.id === id ? [{ id: shown, status, updatedAt: new Date(updatedAt) }] : [];
    }),
  );
  return { chats: chats.flat(), ...(next !== undefined && { next }) };
}
