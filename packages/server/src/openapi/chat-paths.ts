/** Operations on chats: of any chat flow. */
import {
  answer,
  badRequest,
  cursor,
  forbidden,
  inPath,
  jsonBody,
  notFound,
  operation,
  problem,
  ref,
  runStatus,
  text,
} from "./parts.js";
import type { Parameter, Paths, Schema } from "./types.js";

const name = inPath("name", "The flow's name; it is a chat flow.");
const chat = inPath("id", "The chat's id.");
const client: Parameter = {
  name: "X-AI-SDK-Major",
  in: "header",
  description: "The major of `ai` that the client has.",
  schema: { ...text, enum: ["5", "6", "7"] },
};
const stream = answer("The reply, as the AI SDK's UI message stream.", text, "text/event-stream");
const request: Schema = {
  type: "object",
  required: ["id", "messages"],
  properties: {
    id: { ...text, description: "The chat's id." },
    messages: { type: "array", items: ref("Message") },
    trigger: { type: "string", enum: ["submit-message", "regenerate-message"] },
    messageId: text,
  },
};

const moment: Schema = { ...text, format: "date-time" };
const standing: Readonly<Record<string, Schema>> = {
  id: { ...text, description: "The chat's id." },
  status: { ...runStatus, description: "Of the newest turn's run." },
  updatedAt: moment,
};

/** What a client of the AI SDK sends and shows, and chats as they stand. */
export const chatSchemas: Readonly<Record<string, Schema>> = {
  Message: {
    type: "object",
    required: ["id", "role", "parts"],
    properties: {
      id: text,
      role: { type: "string", enum: ["system", "user", "assistant"] },
      parts: { type: "array", items: { type: "object", required: ["type"], properties: { type: text } } },
      metadata: {},
    },
  },
  Chat: {
    type: "object",
    required: ["id", "status", "createdAt", "updatedAt", "messages"],
    properties: { ...standing, createdAt: moment, messages: { type: "array", items: ref("Message") } },
  },
  ChatList: {
    type: "object",
    required: ["chats"],
    properties: {
      chats: {
        type: "array",
        items: { type: "object", required: ["id", "status", "updatedAt"], properties: standing },
      },
      next: { ...text, description: "The cursor of the next page; absent: this is the last." },
    },
  },
};

const of = (id: string, summary: string) => ({ id, summary, tag: "chats" });

export const chatPaths: Paths = {
  "/flows/{name}/chat": {
    get: operation({
      ...of("listChats", "The chats that there are, the newest first"),
      parameters: [name, cursor],
      answers: { "200": answer("A page of them.", ref("ChatList")), ...badRequest, ...forbidden, ...notFound },
    }),
    post: operation({
      ...of("sendMessage", "Says something, and answers with the reply as it is made"),
      parameters: [name, client],
      body: jsonBody(request, true),
      answers: {
        "200": stream,
        ...badRequest,
        ...forbidden,
        ...notFound,
        "409": problem("The chat is at something else."),
        "422": problem("What was sent does not fit."),
        "503": problem("Nothing new is begun now; `Retry-After` says when to come back."),
      },
    }),
  },
  "/flows/{name}/chat/{id}": {
    get: operation({
      ...of("getChat", "What was said so far"),
      parameters: [name, chat, client],
      answers: { "200": answer("Its messages.", ref("Chat")), ...badRequest, ...forbidden, ...notFound },
    }),
  },
  "/flows/{name}/chat/{id}/stream": {
    get: operation({
      ...of("followReply", "The reply that is being made, from its beginning"),
      parameters: [name, chat, client],
      answers: {
        "200": stream,
        "204": { description: "None is being made, and none has ended within the last minute." },
        ...badRequest,
        ...forbidden,
        ...notFound,
      },
    }),
  },
  "/flows/{name}/chat/{id}/stop": {
    post: operation({
      ...of("stopReply", "Stops the reply that is being made"),
      parameters: [name, chat],
      answers: {
        "200": answer("Whether there was one. That it is to stop is stored; the next message waits for its end.", {
          type: "object",
          required: ["stopped"],
          properties: { stopped: { type: "boolean" } },
        }),
        ...forbidden,
        ...notFound,
      },
    }),
  },
};
