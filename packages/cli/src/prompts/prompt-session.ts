/** One conversation with whoever sits at the terminal; questions go to standard error, so that results can be piped. */
import * as clack from "@clack/prompts";
import { FlowError } from "millrace";
import { plainText } from "../terminal/lines.js";
import { untilLeft } from "./until-left.js";

export interface PromptStreams {
  /** @default process.stdin */
  readonly input?: NodeJS.ReadStream;
  /** @default process.stderr */
  readonly output?: NodeJS.WriteStream;
}

export interface TextQuestion {
  readonly message: string;
  readonly placeholder?: string;
  readonly secret?: boolean;
  /** What is wrong with what was typed; undefined: nothing. */
  readonly validate?: (typed: string) => string | undefined;
}

export interface Choice<V> {
  readonly value: V;
  readonly label: string;
  readonly hint?: string;
}

/** @throws {FlowError} CLI_INTERRUPTED – Ctrl+C, Ctrl+D, Escape or a terminal that is closed, instead of an answer; all methods */
export class PromptSession {
  readonly #streams: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };

  constructor({ input = process.stdin, output = process.stderr }: PromptStreams = {}) {
    this.#streams = { input, output };
  }

  say(text: string): void {
    clack.log.message(text, this.#streams);
  }

  warn(text: string): void {
    clack.log.warn(text, this.#streams);
  }

  async text({ message, placeholder, secret, validate }: TextQuestion): Promise<string> {
    const check = (typed: string | undefined) => validate?.(typed ?? "");
    const question = { message: plainText(message), validate: check };
    const shown = placeholder === undefined ? {} : { placeholder: plainText(placeholder) };
    const ask = (streams: AskStreams) =>
      secret ? clack.password({ ...question, ...streams }) : clack.text({ ...question, ...shown, ...streams });
    return (await this.#asked(ask, true)) ?? "";
  }

  async confirm(message: string, initialValue: boolean): Promise<boolean> {
    return this.#asked((streams) => clack.confirm({ message: plainText(message), initialValue, ...streams }));
  }

  async choose<V>(message: string, choices: readonly Choice<V>[], initial?: V): Promise<V> {
    const options = choices.map(({ label, hint }, i) => ({ value: i, label: plainText(label), ...(hint && { hint }) }));
    const at = initial === undefined ? 0 : choices.findIndex(({ value }) => value === initial);
    const question = { message: plainText(message), options, initialValue: Math.max(0, at) };
    const chosen = await this.#asked((streams) => clack.select({ ...question, ...streams }));
    return choices[chosen]!.value;
  }

  async chooseSeveral<V>(message: string, choices: readonly Choice<V>[], required: boolean): Promise<V[]> {
    const options = choices.map(({ label }, i) => ({ value: i, label: plainText(label) }));
    const question = { message: plainText(message), options, required };
    const chosen = await this.#asked((streams) => clack.multiselect({ ...question, ...streams }));
    return chosen.map((i) => choices[i]!.value);
  }

  async #asked<V>(ask: (streams: AskStreams) => Promise<V | typeof clack.CANCEL_SYMBOL>, editing = false): Promise<V> {
    const { input } = this.#streams;
    const answer = await untilLeft({ input, editing }, (signal) => ask({ ...this.#streams, signal }));
    if (!clack.isCancel(answer)) return answer as V;
    throw new FlowError("CLI_INTERRUPTED", "Interrupted at a question.", {
      hint: "Give the values as --input key=value, or answer later.",
    });
  }
}

interface AskStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Aborted: nobody answers any more. */
  readonly signal: AbortSignal;
}
