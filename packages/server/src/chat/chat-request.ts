/** What a client of a chat sends, read and checked: `{ id, messages, trigger, messageId?, … }`. */
import { ChatMessage, FlowError } from "millrace";
import type { ChatShape } from "../host/index.js";
import { checkFiles, withoutRefusedFiles } from "./message-files.js";
import { brokenPart, withoutBrokenParts } from "./message-parts.js";

export interface ChatRequest {
  readonly id: string;
  readonly trigger: "submit-message" | "regenerate-message";
  /** The message that is meant: edited, generated anew, or gone on with. */
  readonly messageId?: string | undefined;
  /** The newest one. */
  readonly last: ChatMessage;
  /** The assistant's, where the request answers what that asks: the newest, or the one that `messageId` names. */
  readonly answering?: ChatMessage;
  /** One of those that were sent; undefined: it is not among them, or no message. */
  readonly sent: (id: string) => ChatMessage | undefined;
  /** The ones before it, for flows that take them. */
  readonly before: readonly ChatMessage[];
  /** What else is sent: the inputs of the chat as a whole. */
  readonly extra: Readonly<Record<string, unknown>>;
}

interface RequestOptions {
  readonly shape: ChatShape;
  /** Whether a history may hold messages of the role `system`. */
  readonly system: boolean;
}

const longestId = 300;

/** @throws {FlowError} CHAT_REQUEST_INVALID */
export function chatRequest(body: unknown, { shape, system }: RequestOptions): ChatRequest {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalidChat("The body is not an object.");
  const { id, messages, trigger = "submit-message", messageId, ...extra } = body as Record<string, unknown>;
  if (!Array.isArray(messages) || messages.length === 0) throw invalidChat("`messages` is not a list of messages.");
  if (trigger !== "submit-message" && trigger !== "regenerate-message")
    throw invalidChat('`trigger` is neither "submit-message" nor "regenerate-message".');
  const given = messageId ?? undefined;
  if (given !== undefined && !isId(given)) throw invalidChat("`messageId` is not the id of a message.");
  const last = message(messages.at(-1), messages.length - 1);
  const before = shape.history === undefined ? [] : messages.slice(0, -1).map(message).map(historyReader(system));
  if (last.role === "user") {
    checkUsers(last);
    checkParts(last, messages.length - 1);
  }
  const sent = (wanted: string) =>
    ChatMessage.safeParse((messages as { readonly id?: unknown }[]).findLast((one) => one?.id === wanted)).data;
  const meant = given === undefined || given === last.id ? last : sent(given);
  return {
    id: chatId(id),
    trigger,
    ...(given !== undefined && { messageId: given }),
    last,
    ...(trigger === "submit-message" && meant?.role === "assistant" && { answering: meant }),
    sent,
    before,
    extra,
  };
}

/** @throws {FlowError} CHAT_REQUEST_INVALID – it can't name a chat */
export function chatId(id: unknown): string {
  if (!isId(id)) throw invalidChat(`The id of a chat is a text of 1 to ${longestId} characters.`);
  if (id === "." || id === ".." || /\p{Cs}/u.test(id))
    throw invalidChat("The id of a chat stands in its address: it is neither a dot nor two, and well-formed.");
  return id;
}

const isId = (id: unknown): id is string =>
  typeof id === "string" && id !== "" && id.length <= longestId && !/\p{Cc}/u.test(id);

function message(given: unknown, index: number): ChatMessage {
  const read = ChatMessage.safeParse(given);
  if (!read.success) throw invalidChat(`\`messages[${index}]\` is no message with id, role and parts.`);
  if (read.data.id.length > longestId) throw invalidChat(`The id of \`messages[${index}]\` is too long.`);
  return read.data;
}

/** A user's message says what a user can say: it brings no calls of tools along, and no thoughts. */
function checkUsers(message: ChatMessage): void {
  const foreign = message.parts.find(({ type }) => type !== "text" && type !== "file" && !type.startsWith("data-"));
  if (foreign)
    throw new FlowError(
      "CHAT_REQUEST_INVALID",
      `A user's message can't have a part of type "${foreign.type.slice(0, 100)}".`,
      {
        hint: "It has texts, files, and data parts of your own.",
      },
    );
  checkFiles(message);
}

function checkParts(message: ChatMessage, index: number): void {
  const broken = brokenPart(message);
  if (broken === undefined) return;
  const { type } = message.parts[broken]!;
  throw invalidChat(`\`messages[${index}].parts[${broken}]\` is not what a part of type "${type.slice(0, 100)}" is.`);
}

/** What stands in a history is the client's word, and what models are told. */
function historyReader(system: boolean): (message: ChatMessage, index: number) => ChatMessage {
  const calls = new Set<unknown>();
  return (message, index) => {
    if (message.role === "system" && !system)
      throw new FlowError("CHAT_REQUEST_INVALID", `\`messages[${index}]\` is of the role "system".`, {
        hint: "Instructions are the flow's. Where clients may give some, say `chat: { system: true }` to createServer.",
      });
    if (message.role === "assistant") return withoutBrokenParts(withoutRefusedFiles(message), calls);
    checkFiles(message);
    checkParts(message, index);
    return message;
  };
}

export function invalidChat(message: string): FlowError {
  return new FlowError("CHAT_REQUEST_INVALID", message, {
    hint: "Send what useChat of the AI SDK sends: { id, messages, trigger, messageId? } and the inputs of the chat.",
  });
}
