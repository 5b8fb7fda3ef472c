/** One conversation with whoever sits at the terminal; questions go to standard error, so that results can be piped. */
import * as clack from "@clack/prompts";
import { FlowError } from "millrace";
import { plainText } from "../terminal/lines.js";

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

/** @throws {FlowError} CLI_INTERRUPTED – Ctrl+C, or Escape, instead of an answer; all methods */
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
    const question = { message: plainText(message), validate: check, ...this.#streams };
    const shown = placeholder === undefined ? {} : { placeholder: plainText(placeholder) };
    return given(await (secret ? clack.password(question) : clack.text({ ...question, ...shown }))) ?? "";
  }

  async confirm(message: string, initialValue: boolean): Promise<boolean> {
    return given(await clack.confirm({ message: plainText(message), initialValue, ...this.#streams }));
  }

  async choose<V>(message: string, choices: readonly Choice<V>[], initial?: V): Promise<V> {
    const options = choices.map(({ label, hint }, i) => ({ value: i, label: plainText(label), ...(hint && { hint }) }));
    const at = initial === undefined ? 0 : choices.findIndex(({ value }) => value === initial);
    const chosen = await clack.select({
      message: plainText(message),
      options,
      initialValue: Math.max(0, at),
      ...this.#streams,
    });
    return choices[given(chosen)]!.value;
  }

  async chooseSeveral<V>(message: string, choices: readonly Choice<V>[], required: boolean): Promise<V[]> {
    const options = choices.map(({ label }, i) => ({ value: i, label: plainText(label) }));
    const chosen = await clack.multiselect({ message: plainText(message), options, required, ...this.#streams });
    return given(chosen).map((i) => choices[i]!.value);
  }
}

function given<V>(answer: V | typeof clack.CANCEL_SYMBOL): V {
  if (!clack.isCancel(answer)) return answer as V;
  throw new FlowError("CLI_INTERRUPTED", "Interrupted at a question.", {
    hint: "Give the values as --input key=value, or answer later.",
  });
}
