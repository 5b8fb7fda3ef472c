/** How the messages of a turn are called, and what every stream of it begins with. */
import type { WireChunk } from "./wire-chunk.js";

/** The id of the message that a run answers: any process knows it. */
export const replyId = (runId: string): string => `reply-${runId}`;

/** The id of the message that a run was begun with, where a later one has the id that its client gave it. */
export const saidId = (runId: string): string => `said-${runId}`;

/** The way back of `replyId`; undefined: it is none of those. */
export const runOfReply = (id: string): string | undefined => (id.startsWith("reply-") ? id.slice(6) : undefined);

/** What every reply tells of itself, beside what its flow does. */
export const aboutReply = (runId: string) => ({ runId }) as const;

/** The first chunk of every stream: whoever subscribes is given it. */
export const startChunk = (runId: string): WireChunk => ({
  type: "start",
  messageId: replyId(runId),
  messageMetadata: aboutReply(runId),
});
