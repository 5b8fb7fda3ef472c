/** A chat with a flow, by its session: the inputs of a turn, the run that is still open, and the reply in what a run has answered. */
import type { ChatShape } from "@millrace/server";
import { ChatMessage, type DriveOptions } from "millrace";
import type { AnyFlow, AnyResult } from "../commands/any-result.js";
import { userMessage } from "../inputs/chat-message.js";

type Inputs = Readonly<Record<string, unknown>>;

/** So many turns of what was said are given to a flow that takes the history from outside. */
const turnsTold = 200;

export class Conversation {
  readonly #flow: AnyFlow;
  readonly #shape: ChatShape;
  readonly session: string;
  readonly #extra: Inputs;

  /** @param extra What the flow takes beside messages. */
  constructor(flow: AnyFlow, { shape, session, extra }: { shape: ChatShape; session: string; extra: Inputs }) {
    this.#flow = flow;
    this.#shape = shape;
    this.session = session;
    this.#extra = extra;
  }

  /** The run of the chat that runs or waits. */
  async open(): Promise<string | undefined> {
    const { runs } = await this.#flow.runs.list({ session: this.session, status: ["running", "waiting"], limit: 1 });
    return runs[0]?.id;
  }

  /** Whether something was said already: then the chat has what it was given with the first message. */
  async hasBegun(): Promise<boolean> {
    return (await this.#flow.runs.list({ session: this.session, limit: 1 })).runs.length > 0;
  }

  async say(text: string, options: DriveOptions): Promise<AnyResult> {
    const { message, history, ownInputs } = this.#shape;
    const extra = ownInputs ? { ...(await this.#given()), ...this.#extra } : this.#extra;
    const said = { ...extra, [message]: userMessage(text) };
    if (history === undefined) return this.#flow.continue(this.session, said, options);
    // what was said is all that such a flow goes by: each turn has a state of its own
    const inputs = { ...said, [history]: await this.#before() };
    return this.#flow.continue(this.session, inputs, { ...options, from: null });
  }

  /** The reply, where a turn has one. */
  replyOf({ status, output }: AnyResult): ChatMessage | undefined {
    if (status !== "completed") return undefined;
    const field = this.#shape.output;
    const read = ChatMessage.safeParse(field === undefined ? output : (output as Inputs | undefined)?.[field]);
    return read.success ? read.data : undefined;
  }

  async #given(): Promise<Inputs> {
    const { runs } = await this.#flow.runs.list({ session: this.session, limit: 1 });
    if (!runs[0]) return {};
    const inputs = ((await this.#flow.runs.inputs(runs[0].id)) ?? {}) as Inputs;
    const kept = this.#shape.sessionInputs.filter((name) => inputs[name] !== undefined);
    return Object.fromEntries(kept.map((name) => [name, inputs[name]]));
  }

  async #before(): Promise<readonly ChatMessage[]> {
    const { runs } = await this.#flow.runs.list({ session: this.session, status: ["completed"], limit: turnsTold });
    const messages: ChatMessage[] = [];
    for (const { id } of runs.toReversed()) {
      const inputs = (await this.#flow.runs.inputs(id)) as Inputs | undefined;
      // of a completed run: what it has answered
      const result: AnyResult = await this.#flow.resume(id);
      for (const one of [inputs?.[this.#shape.message], this.replyOf(result)]) {
        const read = ChatMessage.safeParse(one);
        if (read.success) messages.push(read.data);
      }
    }
    return messages;
  }
}
