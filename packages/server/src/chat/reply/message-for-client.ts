/** A stored message as a client's major knows it: states of tools that came with 6 are told to others in the words of 5. */
import type { ChatMessage } from "millrace";
import { type ClientMajor, notApproved } from "./wire-chunk.js";

export function messageForClient(message: ChatMessage, major: ClientMajor): ChatMessage {
  if (major !== undefined && major >= 6) return message;
  return { ...message, parts: message.parts.map(partForAll) };
}

function partForAll(part: ChatMessage["parts"][number]): ChatMessage["parts"][number] {
  const { approval, ...rest } = part;
  const { type } = part;
  if (part.state === "approval-requested" || part.state === "approval-responded")
    return { ...rest, type, state: "input-available" };
  if (part.state === "output-denied") {
    const { reason = notApproved } = (approval ?? {}) as { readonly reason?: string };
    return { ...rest, type, state: "output-error", errorText: reason };
  }
  return approval === undefined ? part : { ...rest, type };
}
