/** What a client asks, and what a real server would refuse of it: pairs of tool calls and results, names, ids. */

export interface ChatMessageAsked {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly content?: unknown;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: "function";
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessageAsked[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly {
    readonly type: "function";
    readonly function: { readonly name: string; readonly description?: string; readonly parameters?: unknown };
  }[];
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } };
  readonly [setting: string]: unknown;
}

const roles = ["system", "developer", "user", "assistant", "tool"];
const toolName = /^[a-zA-Z0-9_-]{1,64}$/;

/** What is wrong with a request, in the words of the real thing; undefined: nothing. */
export function problemOf(body: unknown): string | undefined {
  const { model, messages, tools } = (body ?? {}) as Partial<ChatRequest>;
  if (typeof model !== "string") return "you must provide a model parameter";
  if (!Array.isArray(messages) || messages.length === 0) return "Invalid 'messages': empty array.";
  const names = (tools ?? []).map((tool) => tool.function.name);
  const misnamed = names.findIndex((name) => !toolName.test(name));
  if (misnamed >= 0) return `Invalid 'tools[${misnamed}].function.name': string does not match pattern.`;
  if (new Set(names).size < names.length) return "Tool names must be unique.";
  return problemOfMessages(messages);
}

function problemOfMessages(messages: readonly ChatMessageAsked[]): string | undefined {
  let open = new Set<string>();
  for (const [i, { role, tool_calls: calls, tool_call_id: answered }] of messages.entries()) {
    if (!roles.includes(role)) return `Invalid value: '${role}' in 'messages[${i}].role'.`;
    if (role === "tool") {
      if (!open.delete(answered!)) {
        return `messages[${i}]: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.`;
      }
      continue;
    }
    if (open.size > 0) return unanswered(open);
    const ids = (calls ?? []).map(({ id }) => id);
    open = new Set(ids);
    if (open.size < ids.length) return `Duplicate value for 'tool_call_id' in messages[${i}].`;
  }
  return open.size > 0 ? unanswered(open) : undefined;
}

const unanswered = (ids: ReadonlySet<string>): string =>
  `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Without a response: ${[...ids].join(", ")}`;

/** The text of the newest message, whoever said it. */
export function newestText({ messages }: ChatRequest): string {
  return textOf(messages.at(-1)!);
}

/** What the tools have answered to the newest message of the model, by the id of the call; empty: nothing was called. */
export function newestToolResults({ messages }: ChatRequest): Readonly<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const message of [...messages].reverse()) {
    if (message.role !== "tool") break;
    results[message.tool_call_id!] = textOf(message);
  }
  return results;
}

function textOf({ content }: ChatMessageAsked): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: string }) => part.text ?? "").join("");
}
