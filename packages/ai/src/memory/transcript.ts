/** What was said, as a text to be read. */
import type { MemoryMessage, MessagePart } from "millrace";

/** `user: …`, `assistant: …`, a paragraph each; what tools were asked and have answered among it. */
export function transcript(messages: readonly MemoryMessage[]): string {
  return messages
    .map(
      ({ role, content }) =>
        `${role}: ${typeof content === "string" ? content : content.map(said).filter(Boolean).join("\n")}`,
    )
    .join("\n\n");
}

/** A result of a tool that is longer is told in part. */
const most = 2000;

function said(part: MessagePart): string {
  const { type, text, toolName, input, output } = part as MessagePart & Readonly<Record<string, unknown>>;
  if (type === "text") return String(text);
  if (type === "tool-call") return `[calls ${toolName} with ${short(input)}]`;
  if (type === "tool-result")
    return `[${toolName} answers ${short((output as { value?: unknown } | undefined)?.value ?? output)}]`;
  return type === "file" || type === "image" ? `[a ${type}]` : "";
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > most ? `${text.slice(0, most)} …` : text;
}
