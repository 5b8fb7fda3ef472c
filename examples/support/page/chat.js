/** A chat with the server by the client of the AI SDK, without a framework: what `useChat` is to React, this is to a page. */
import { AbstractChat, DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses } from "ai";

/** Of the package "ai" that this is bundled with: so approvals come in its own words. */
const headers = { "x-ai-sdk-major": "6" };

/** What the client keeps, and who is told of it. */
class PageState {
  #changed;
  #status = "ready";
  #error;
  #messages;

  constructor(messages, changed) {
    this.#messages = messages;
    this.#changed = changed;
  }
  get status() {
    return this.#status;
  }
  set status(status) {
    this.#status = status;
    this.#changed();
  }
  get error() {
    return this.#error;
  }
  set error(error) {
    this.#error = error;
    this.#changed();
  }
  get messages() {
    return this.#messages;
  }
  set messages(messages) {
    this.#messages = messages;
    this.#changed();
  }
  pushMessage = (message) => {
    this.messages = [...this.messages, message];
  };
  popMessage = () => {
    this.messages = this.messages.slice(0, -1);
  };
  replaceMessage = (index, message) => {
    this.messages = this.messages.with(index, message);
  };
  snapshot = (value) => structuredClone(value);
}

class PageChat extends AbstractChat {
  /** Hanging up ends no reply: the server is asked to. */
  async stopReply(api) {
    await fetch(`${api}/${encodeURIComponent(this.id)}/stop`, { method: "POST" });
    await this.stop();
  }
}

/** The chat of an id, with what was said in it; a reply that is under way is taken up again. `changed` is called whenever it shows another. */
export async function openChat(api, { id, changed }) {
  const stored = await fetch(`${api}/${encodeURIComponent(id)}`, { headers });
  const messages = stored.ok ? (await stored.json()).messages : [];
  const chat = new PageChat({
    id,
    state: new PageState(messages, () => changed()),
    transport: new DefaultChatTransport({ api, headers }),
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
  });
  void chat.resumeStream();
  return chat;
}

/** The call of a tool that waits for somebody's word. */
export function openCall(message) {
  return message?.parts.find(({ state }) => state === "approval-requested");
}
