/** Files that messages bring along: inside of them, or at an address of the public web. */
import { isIP } from "node:net";
import { type ChatMessage, FlowError } from "millrace";

/** @throws {FlowError} CHAT_FILE_REFUSED – a file stands where no chat may make the server look */
export function checkFiles(message: ChatMessage): void {
  for (const [index, part] of message.parts.entries()) {
    const problem = problemOf(part);
    if (problem) throw refused(index, problem);
  }
}

/** Of an assistant's message, which a flow may have given files of its own: those are not for the flow to be sent to again. */
export function withoutRefusedFiles(message: ChatMessage): ChatMessage {
  const parts = message.parts.filter((part) => problemOf(part) === undefined);
  return parts.length === message.parts.length ? message : { ...message, parts };
}

function problemOf({ type, url, mediaType }: ChatMessage["parts"][number]): string | undefined {
  if (type !== "file") return undefined;
  if (typeof mediaType !== "string" || !/^[\w.+-]+\/[\w.+*-]+$/.test(mediaType)) return "it has no media type";
  return typeof url === "string" ? problemOfUrl(url) : "it has no url";
}

function problemOfUrl(url: string): string | undefined {
  if (/^data:[^,]{0,200},/.test(url)) return undefined;
  const parsed = URL.canParse(url) && url.length <= 4000 ? new URL(url) : undefined;
  if (!parsed || (parsed.protocol !== "https:" && parsed.protocol !== "http:"))
    return "its url is neither data: nor http";
  if (parsed.username || parsed.password) return "its url holds a password";
  const host = parsed.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  // an address without a name, or a name of this network: what the server can read there is not the client's
  const inside = isIP(host) > 0 || !host.includes(".") || /\.(local|localhost|internal|home\.arpa)$/.test(host);
  return inside ? "its url leads to no public name" : undefined;
}

function refused(index: number, why: string): FlowError {
  return new FlowError("CHAT_FILE_REFUSED", `The file in part ${index} of the message is refused: ${why}.`, {
    hint: "Send the file as a data: url, or the https address of a public host, with its mediaType.",
  });
}
