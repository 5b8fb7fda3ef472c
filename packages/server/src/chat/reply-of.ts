import { ChatMessage } from "millrace";
import type { HostedFlow } from "../host/index.js";
import { type ProblemOptions, toldJson } from "../http/index.js";

/** The reply in what a run of a chat flow has answered, as JSON; undefined: there is none. */
export function replyOf({ chat }: HostedFlow, output: unknown, options: ProblemOptions): ChatMessage | undefined {
  const field = chat?.output;
  const given = field === undefined ? output : (output as Readonly<Record<string, unknown>> | undefined)?.[field];
  const read = ChatMessage.safeParse(toldJson(given, options));
  return read.success ? read.data : undefined;
}
