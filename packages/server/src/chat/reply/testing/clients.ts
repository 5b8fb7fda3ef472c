/** The real clients of the AI SDK, without React: each major's AbstractChat with a state in memory. */
import * as ai6 from "ai";
import * as ai5 from "ai5";
import * as ai7 from "ai7";

export const majors = [5, 6, 7] as const;
export type Major = (typeof majors)[number];

/** What tests use of a chat; the three majors agree on it. */
export interface ChatClient {
  readonly id: string;
  readonly status: string;
  readonly error: Error | undefined;
  readonly messages: any[];
  sendMessage(message?: any, options?: any): Promise<void>;
  regenerate(options?: any): Promise<void>;
  resumeStream(options?: any): Promise<void>;
  stop(): Promise<void>;
  addToolOutput(options: any): Promise<void>;
  addToolApprovalResponse(options: any): Promise<void>;
}

export interface ClientOptions {
  readonly id?: string;
  readonly api: string;
  readonly fetch?: typeof fetch;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly messages?: any[];
  /** Send again by itself once all tools have outputs, or all approvals answers. */
  readonly again?: "outputs" | "approvals";
}

class State {
  status = "ready";
  error: Error | undefined;
  messages: any[];
  constructor(messages: any[] = []) {
    this.messages = messages;
  }
  pushMessage = (message: any) => {
    this.messages = [...this.messages, message];
  };
  popMessage = () => {
    this.messages = this.messages.slice(0, -1);
  };
  replaceMessage = (index: number, message: any) => {
    this.messages = [...this.messages.slice(0, index), this.snapshot(message), ...this.messages.slice(index + 1)];
  };
  snapshot = (thing: any) => structuredClone(thing);
}

const kits: Record<Major, any> = { 5: ai5, 6: ai6, 7: ai7 };

export function chatClient(major: Major, options: ClientOptions): ChatClient {
  const { id, api, headers, body, messages, again } = options;
  const kit = kits[major];
  const Chat: new (options: object) => ChatClient = class extends kit.AbstractChat {} as never;
  const when = {
    outputs: kit.lastAssistantMessageIsCompleteWithToolCalls,
    approvals: kit.lastAssistantMessageIsCompleteWithApprovalResponses,
  };
  return new Chat({
    ...(id && { id }),
    state: new State(messages),
    transport: new kit.DefaultChatTransport({ api, headers, body, ...(options.fetch && { fetch: options.fetch }) }),
    ...(again && { sendAutomaticallyWhen: when[again] }),
  });
}

export const textOf = (message: any): string =>
  (message?.parts ?? []).flatMap((part: any) => (part.type === "text" ? [part.text] : [])).join("");
