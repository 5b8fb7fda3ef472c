/** A reply as clients are told it: chunks on the wire, and what they add up to, to be kept and told again. */
export { askedTool } from "./asked-chunks.js";
export { ChunkList } from "./chunk-list.js";
export { ChunkQueue } from "./chunk-queue.js";
export { messageForClient } from "./message-for-client.js";
export { aboutReply, replyId, runOfReply, saidId, startChunk } from "./reply-ids.js";
export { metadataOf } from "./reply-metadata.js";
export { replyResponse } from "./reply-stream.js";
export { type ReplyOptions, ReplyWriter } from "./reply-writer.js";
export { chunksOf, messageParts, partsShown, type ShownPart } from "./shown-part.js";
export { isKept, plain, type SaidBy, type ToldChunk, ToldParts } from "./told-parts.js";
export { unseenChunks } from "./unseen-chunks.js";
export { brokenOff, type ClientMajor, jsonText, type WireChunk } from "./wire-chunk.js";
