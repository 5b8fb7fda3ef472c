/** Conditions in one line: `research or rework`, `(a and b) or failed(c)`, `atLeast(2, a, b, c)`. */

/** As it is written as a mapping: a name, a list, or one word with what it takes. */
export type WrittenCondition = string | readonly WrittenCondition[] | { readonly [word: string]: unknown };

/** Thrown with where in the text, from 0. */
export class ConditionTextError {
  readonly message: string;
  readonly offset: number;

  constructor(message: string, offset: number) {
    this.message = message;
    this.offset = offset;
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** A name stays a name; all else becomes what a mapping would say. @throws {ConditionTextError} */
export function readConditionText(text: string): WrittenCondition {
  const tokens = [...text.matchAll(/[A-Za-z_][\w-]*|\d+|\S/g)].map(({ 0: token, index }) => ({
    text: token,
    at: index,
  }));
  return new ConditionText(tokens, text.length).read();
}

const words = ["failed", "settled", "collect", "outcomes", "signal", "keep", "each", "race", "atLeast", "and", "or"];

class ConditionText {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  read(): WrittenCondition {
    const condition = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest) throw new ConditionTextError(`"${rest.text}" is not expected here`, rest.at);
    return condition;
  }

  #or(): WrittenCondition {
    return this.#joined("or", () => this.#joined("and", () => this.#operand()));
  }

  #joined(word: "and" | "or", operand: () => WrittenCondition): WrittenCondition {
    const of = [operand()];
    while (this.#take(word)) of.push(operand());
    return of.length === 1 ? of[0]! : { [word]: of };
  }

  #operand(): WrittenCondition {
    if (++this.#depth > 40) throw new ConditionTextError("it is nested too deep", 0);
    const token = this.#tokens[this.#at++];
    if (!token) throw new ConditionTextError("a name is missing at the end", this.#end);
    if (token.text === "(") return this.#closed(() => this.#or());
    if (!/^[A-Za-z_]/.test(token.text)) throw new ConditionTextError(`"${token.text}" is no name`, token.at);
    if (!this.#take("(")) {
      if (token.text === "and" || token.text === "or")
        throw new ConditionTextError(`a name is missing before "${token.text}"`, token.at);
      return token.text;
    }
    if (!words.includes(token.text))
      throw new ConditionTextError(`"${token.text}" is none of ${words.join(", ")}`, token.at);
    return this.#closed(() => ({ [token.text]: this.#given(token.text) }));
  }

  #given(word: string): unknown {
    const first = this.#tokens[this.#at];
    if (word === "atLeast" && first && /^\d+$/.test(first.text)) {
      this.#at++;
      const of: WrittenCondition[] = [];
      while (this.#take(",")) of.push(this.#or());
      return [Number(first.text), ...of];
    }
    const of = [this.#or()];
    while (this.#take(",")) of.push(this.#or());
    return ["each", "race", "and", "or"].includes(word) ? of : of.length === 1 ? of[0] : of;
  }

  #closed<T>(inner: () => T): T {
    const made = inner();
    const next = this.#tokens[this.#at];
    if (next?.text !== ")") throw new ConditionTextError("a `)` is missing", next?.at ?? this.#end);
    this.#at++;
    this.#depth--;
    return made;
  }

  #take(text: string): boolean {
    if (this.#tokens[this.#at]?.text !== text) return false;
    this.#at++;
    return true;
  }
}
