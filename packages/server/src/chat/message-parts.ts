/**
 * Parts of messages as the AI SDK's clients make them. What is made of them later, a model's prompt say, counts on their fields: a part
 * that has others is refused where it is the user's, and left out of what an assistant is said to have said. Types that are not known
 * here pass.
 */
import type { ChatMessage } from "millrace";
import { z } from "zod";

type Part = ChatMessage["parts"][number];

const metadata = z.record(z.string(), z.record(z.string(), z.unknown())).optional();
const words = z.looseObject({ text: z.string(), providerMetadata: metadata });
const call = z.looseObject({
  toolCallId: z.string().min(1),
  state: z.enum([
    "input-streaming",
    "input-available",
    "approval-requested",
    "approval-responded",
    "output-available",
    "output-error",
    "output-denied",
  ]),
  errorText: z.string().optional(),
  approval: z.looseObject({ id: z.string() }).optional(),
  providerExecuted: z.boolean().optional(),
  callProviderMetadata: metadata,
});

const known: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["text", words],
  ["reasoning", words],
  ["dynamic-tool", call.extend({ toolName: z.string().min(1) })],
  ["source-url", z.looseObject({ sourceId: z.string(), url: z.string() })],
  ["source-document", z.looseObject({ sourceId: z.string(), mediaType: z.string(), title: z.string() })],
]);

const isCall = ({ type }: Part): boolean => type === "dynamic-tool" || type.startsWith("tool-");

function isWhole(part: Part): boolean {
  const schema = known.get(part.type) ?? (isCall(part) ? call : undefined);
  return (schema?.safeParse(part).success ?? true) && !(part.state === "output-error" && part.errorText === undefined);
}

/** The first part that is not what its type says; undefined: all are. */
export function brokenPart({ parts }: ChatMessage): number | undefined {
  const index = parts.findIndex((part) => !isWhole(part));
  return index < 0 ? undefined : index;
}

/** Without those, and without calls that were `told` before: a call has one end. */
export function withoutBrokenParts(message: ChatMessage, told: Set<unknown>): ChatMessage {
  const parts = message.parts.filter((part) => {
    if (!isWhole(part) || (isCall(part) && told.has(part.toolCallId))) return false;
    if (isCall(part)) told.add(part.toolCallId);
    return true;
  });
  return parts.length === message.parts.length ? message : { ...message, parts };
}
