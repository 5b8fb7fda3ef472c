/**
 * Services are told the ids that they gave to tool calls themselves, some of which know a call by it. Where a conversation has two
 * calls that were given the same one, the later is told by ours. What was given stands beside the call, wherever that is kept.
 */
import type { ModelMessage } from "ai";

/** Where it stands in the options of a part: services look at their own alone. */
const own = "millrace";

type Options = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Part {
  readonly type: string;
  readonly toolCallId?: unknown;
  readonly providerOptions?: Options;
}

/** The options of a call's part: the service's, and the id that it gave. */
export function callOptions(raw: string, options: unknown): { readonly providerOptions?: unknown } {
  if (raw === "") return options === undefined ? {} : { providerOptions: options };
  return { providerOptions: { ...(options as object | undefined), [own]: { toolCallId: raw } } };
}

/** Of one conversation, which grows. */
export class ToldIds {
  /** By our id. */
  readonly #told = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** A message is the same one in each request. */
  readonly #messages = new WeakMap<ModelMessage, ModelMessage>();

  messages(messages: readonly ModelMessage[]): readonly ModelMessage[] {
    return messages.map((message) => {
      let told = this.#messages.get(message);
      if (!told) {
        told = this.#message(message);
        this.#messages.set(message, told);
      }
      return told;
    });
  }

  #message(message: ModelMessage): ModelMessage {
    const { content } = message;
    if (typeof content === "string") return message;
    const parts = (content as readonly Part[]).map((part) => this.#part(part));
    return parts.some((part, i) => part !== content[i]) ? ({ ...message, content: parts } as ModelMessage) : message;
  }

  #part(part: Part): Part {
    const { toolCallId: id, providerOptions: options } = part;
    if (typeof id !== "string") return part;
    const raw = options?.[own]?.toolCallId;
    if (part.type === "tool-call" && !this.#told.has(id)) {
      const told = typeof raw === "string" && !this.#taken.has(raw) ? raw : id;
      this.#told.set(id, told);
      this.#taken.add(told);
    }
    const told = this.#told.get(id) ?? id;
    if (told === id && options?.[own] === undefined) return part;
    const { providerOptions: _, ...rest } = part;
    const { [own]: __, ...others } = options ?? {};
    return { ...rest, toolCallId: told, ...(Object.keys(others).length > 0 && { providerOptions: others }) };
  }
}
