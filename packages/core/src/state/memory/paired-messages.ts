/** Calls of tools and their results, found together: providers refuse a request that has one without the other. */
import type { MemoryMessage, MessagePart } from "./memory.js";

type ToolPart = MessagePart & { readonly toolCallId: string };

export interface PairedMessages {
  /** Without calls that were never answered, and results that nothing has asked for. */
  readonly told: readonly MemoryMessage[];
  /** By position in `told`: see `beginnings`. */
  readonly mayBegin: readonly boolean[];
}

export function pairedMessages(messages: readonly MemoryMessage[]): PairedMessages {
  const told = withoutHalves(messages);
  return { told, mayBegin: beginnings(told) };
}

/** By position: whether no result from there on answers a call before it. */
export function beginnings(messages: readonly MemoryMessage[]): readonly boolean[] {
  const callOf = callPositions(messages);
  const mayBegin = new Array<boolean>(messages.length);
  let earliest = messages.length;
  for (let at = messages.length - 1; at >= 0; at--) {
    earliest = Math.min(earliest, callOf[at]!);
    mayBegin[at] = earliest >= at;
  }
  return mayBegin;
}

/** By position: of the earliest message with a call that this one answers; its own where it answers none. */
function callPositions(told: readonly MemoryMessage[]): readonly number[] {
  const calls = new Map<string, number>();
  let spoken = 0;
  return told.map((message, at) => {
    const parts = partsOf(message);
    if (message.role !== "tool") spoken = at;
    for (const part of parts) if (isCall(part)) calls.set(part.toolCallId, at);
    const answered = parts.filter(isResult).map(({ toolCallId }) => calls.get(toolCallId) ?? at);
    // without a word of which call it answers: that of the one who spoke before
    return answered.length > 0 ? Math.min(at, ...answered) : message.role === "tool" ? spoken : at;
  });
}

/** Ids of calls may come again: each result belongs to the call of its id that is open. */
function withoutHalves(messages: readonly MemoryMessage[]): readonly MemoryMessage[] {
  const open = new Map<string, MessagePart>();
  const whole = new Set<MessagePart>();
  for (const part of messages.flatMap(partsOf)) {
    if (isCall(part)) open.set(part.toolCallId, part);
    else if (isResult(part)) {
      const call = open.get(part.toolCallId);
      if (!call) continue;
      whole.add(call).add(part);
      open.delete(part.toolCallId);
    }
  }
  const isHalf = (part: MessagePart) => (isCall(part) || isResult(part)) && !whole.has(part);
  return messages.flatMap((message) => {
    const parts = partsOf(message);
    if (!parts.some(isHalf)) return [message];
    const content = parts.filter((part) => !isHalf(part));
    return content.length > 0 ? [{ ...message, content }] : [];
  });
}

const partsOf = ({ content }: MemoryMessage) => (typeof content === "string" ? [] : content);
const isCall = (part: MessagePart): part is ToolPart => part.type === "tool-call" && hasId(part);
const isResult = (part: MessagePart): part is ToolPart => part.type === "tool-result" && hasId(part);
const hasId = (part: object) => typeof (part as { toolCallId?: unknown }).toolCallId === "string";
