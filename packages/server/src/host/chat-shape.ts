/**
 * Which flows are chat flows, told by their schemas: one field of the inputs is a ChatMessage, and the output is one. What else
 * the inputs have belongs to the chat as a whole, except a list of ChatMessages: that is the history as the client has it.
 */
import { ChatMessage } from "millrace";
import { z } from "zod";

/** The schemas of a flow, as its class has them. */
export interface FlowSchemas {
  readonly inputs?: unknown;
  readonly state?: unknown;
  readonly output?: unknown;
}

/** How a chat's messages go in and out of a flow. */
export interface ChatShape {
  /** The field of the inputs that takes the newest message. */
  readonly message: string;
  /** The field of the inputs that takes the messages before it. Absent: what was said is in the flow's own state. */
  readonly history?: string;
  /** The other fields of the inputs: given with a chat's first message, the same for all that follow. */
  readonly sessionInputs: readonly string[];
  /** The field of the output that is the reply; absent: the output is it. */
  readonly output?: string;
  /** The inputs have a schema of their own; else they are parts of the state, which keeps them. */
  readonly ownInputs: boolean;
}

/** Why a flow is none, and how it would become one. */
export interface NoChat {
  readonly reason: string;
  readonly hint: string;
}

const inputHint =
  "A class has `static inputs = z.object({ message: ChatMessage })`, a builder `.input(…)` of that, a document `inputs: { message: ChatMessage }`; `ChatMessage` is exported by millrace.";
const outputHint =
  "A class has `static output = ChatMessage` and returns the reply from its last step, a builder has `.output(ChatMessage)`, a document answers with a step of `as: ChatMessage`.";

/**
 * What a flow is as a chat, by its schemas, or why it is none.
 *
 * @example
 * const shape = chatShape(Support);
 * if ("message" in shape) console.log(`${shape.message} takes what is said`);
 */
export function chatShape(schemas: FlowSchemas): ChatShape | NoChat {
  const ownInputs = schemas.inputs !== undefined;
  const fields = fieldsOf(schemas.inputs ?? schemas.state);
  if (!fields) return { reason: "its inputs are not an object of named fields", hint: inputHint };
  const names = Object.keys(fields);
  const messages = names.filter((name) => isMessage(fields[name]));
  if (messages.length === 0) return { reason: "none of its inputs is a ChatMessage", hint: inputHint };
  if (messages.length > 1) {
    return {
      reason: `several of its inputs are ChatMessages: ${messages.join(", ")}`,
      hint: "One field takes the new message; the messages before it are a list, `z.array(ChatMessage)`.",
    };
  }
  const lists = names.filter((name) => isMessageList(fields[name]));
  if (lists.length > 1 || (lists.length > 0 && !ownInputs)) {
    return {
      reason: `its inputs have lists of ChatMessages that can't be the client's history: ${lists.join(", ")}`,
      hint: "One list in `static inputs` takes the messages before the new one; what a flow remembers itself stands in its state.",
    };
  }
  const reserved = names.filter((name) => name !== messages[0] && name !== lists[0] && taken.includes(name));
  if (reserved.length > 0) {
    return {
      reason: `an input has a name that clients of chats use for something else: ${reserved.join(", ")}`,
      hint: `Call it something other than ${taken.join(", ")}.`,
    };
  }
  const output = outputField(schemas.output);
  if (typeof output === "object") return output;
  const [message, history] = [messages[0]!, lists[0]];
  return {
    message,
    ...(history !== undefined && { history }),
    sessionInputs: names.filter((name) => name !== message && name !== history),
    ...(output !== undefined && { output }),
    ownInputs,
  };
}

/** What clients send by themselves stands under these names. */
const taken = ["id", "messages", "trigger", "messageId"];

export function isChat(shape: ChatShape | NoChat): shape is ChatShape {
  return "message" in shape;
}

/** Undefined: the output itself is the message. */
function outputField(output: unknown): string | undefined | NoChat {
  if (output === undefined) return { reason: "it declares no output", hint: outputHint };
  if (isMessage(output)) return undefined;
  const fields = fieldsOf(output);
  const names = Object.keys(fields ?? {});
  if (fields && names.length === 1 && isMessage(fields[names[0]!])) return names[0]!;
  return { reason: "its output is not exactly one ChatMessage", hint: outputHint };
}

function fieldsOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const bare = unwrapped(schema);
  return defOf(bare)?.type === "object" ? (defOf(bare)!.shape as Record<string, unknown>) : undefined;
}

function isMessageList(schema: unknown): boolean {
  const def = defOf(unwrapped(schema));
  return def?.type === "array" && isMessage(def.element);
}

function isMessage(schema: unknown): boolean {
  // a described or refined ChatMessage is a child of it
  for (let next = unwrapped(schema); next; next = next._zod.parent) {
    if (next === ChatMessage || z.globalRegistry.get(next)?.id === "ChatMessage") return true;
  }
  return false;
}

const wrappers = new Set(["optional", "default", "prefault", "nullable", "readonly", "nonoptional", "catch"]);

function unwrapped(schema: unknown): z.core.$ZodType | undefined {
  let next = schema;
  for (let def = defOf(next); def && wrappers.has(def.type); def = defOf(next)) next = def.innerType;
  return defOf(next) ? (next as z.core.$ZodType) : undefined;
}

interface AnyDef {
  readonly type: string;
  readonly innerType?: unknown;
  readonly element?: unknown;
  readonly shape?: unknown;
}

function defOf(schema: unknown): AnyDef | undefined {
  return (schema as { _zod?: { def?: AnyDef } } | undefined)?._zod?.def;
}
