/** How many tokens a message has, about: every model counts in its own way, and none is asked for it. */

import type { MemoryMessage, MessagePart, TokenCount } from "millrace";
import { estimateTokenCount } from "tokenx";

/** Who says it, and where it ends. */
const frame = 4;
/** Of a picture or a file, whatever its size: its bytes are no text. */
const file = 1000;

/** About as a model counts. */
export const estimateTokens: TokenCount = ({ content }: MemoryMessage) =>
  frame +
  (typeof content === "string" ? estimateTokenCount(content) : content.reduce((sum, part) => sum + ofPart(part), 0));

function ofPart(part: MessagePart): number {
  const { type, text, input, output } = part as MessagePart & Readonly<Record<string, unknown>>;
  if (typeof text === "string") return estimateTokenCount(text);
  if (type === "file" || type === "image") return file;
  return estimateTokenCount(JSON.stringify(input ?? output ?? part) ?? "");
}
