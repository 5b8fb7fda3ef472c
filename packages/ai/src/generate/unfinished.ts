/**
 * How far a call of a model has come: what it has been asked, and has brought, as a conversation that every provider takes. No call of a
 * tool stands in it without a result; of an answer that is still read, what it says in words.
 */
import type { ModelMessage } from "ai";
import { FlowError } from "millrace";
import type { AnswerCall } from "../answer/stored-answer.js";
import { brokenOff, type ResultPart, undone } from "../tools/tool-output.js";

/** An answer that is being read. */
interface Reading {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
}

interface Round {
  readonly calls: readonly AnswerCall[];
  /** By the place of their calls. */
  readonly results: (ResultPart | undefined)[];
}

/** A question that a provider does not take would be refused with the next one, too. */
const unanswerable: ReadonlySet<string> = new Set(["AI_CONTEXT_TOO_LONG", "AI_REFUSED"]);

export class Unfinished {
  readonly #added: ModelMessage[] = [];
  #round: Round | undefined;
  #reading: Reading | undefined;
  /** By their results: calls whose work goes with the step. */
  readonly #undone = new Set<ResultPart>();
  #failure: { readonly error: unknown } | undefined;

  /** What it adds to a conversation, as far as it is whole. */
  get added(): readonly ModelMessage[] {
    return this.#added;
  }

  /** A model begins to answer. */
  reads(reading: Reading): void {
    this.#reading = reading;
  }

  /** It has answered. */
  answered(content: readonly object[], calls: readonly AnswerCall[]): void {
    this.#reading = undefined;
    if (content.length > 0) this.#added.push({ role: "assistant", content } as ModelMessage);
    if (calls.length > 0) this.#round = { calls, results: [] };
  }

  /** One of the calls that it has made has its result; `undone`: not if the step never completes, of which it is a part. */
  ended(index: number, result: ResultPart, { undone }: { readonly undone: boolean }): void {
    this.#round!.results[index] = result;
    if (undone) this.#undone.add(result);
  }

  /** All of them have. */
  allEnded(): void {
    const { results } = this.#round!;
    this.#round = undefined;
    this.#added.push({ role: "tool", content: results as ResultPart[] });
  }

  /** It was not told to stop. */
  failed(error: unknown): void {
    this.#failure = { error };
  }

  /** With what was `asked` before it; undefined: it has failed before anything came, or can't be answered. */
  messages(asked: readonly ModelMessage[]): readonly ModelMessage[] | undefined {
    const { error } = this.#failure ?? {};
    if (FlowError.is(error) && unanswerable.has(error.code)) return undefined;
    const brought = [...this.#added, ...this.#interrupted(), ...this.#said()].map((message) => this.#left(message));
    return this.#failure && brought.length === 0 ? undefined : [...asked, ...brought];
  }

  #left(message: ModelMessage): ModelMessage {
    if (message.role !== "tool" || this.#undone.size === 0) return message;
    const content = message.content.map((part) =>
      this.#undone.has(part as ResultPart) ? undone(part as ResultPart) : part,
    );
    return { ...message, content };
  }

  #interrupted(): ModelMessage[] {
    if (!this.#round) return [];
    const { calls, results } = this.#round;
    return [{ role: "tool", content: calls.map((call, index) => results[index] ?? brokenOff(call)) }];
  }

  #said(): ModelMessage[] {
    const said = (this.#reading?.content ?? []).flatMap(({ type, text = "" }) =>
      type === "text" && text.trim() !== "" ? [{ type: "text" as const, text }] : [],
    );
    return said.length > 0 ? [{ role: "assistant", content: said }] : [];
  }
}
