/**
 * Everything found wrong with documents, so that an author sees it at once. The order is by file as first met, then by
 * line; the number that is kept is bounded, the rest is counted.
 */
import { type DocumentProblem, type ErrorCode, FlowError } from "millrace";
import { limits } from "../limits.js";
import { formatProblem } from "./format-problems.js";

/** Where a problem stands. */
interface Where {
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
  readonly path: readonly (string | number)[];
}

/** What is wrong, and the way out. */
export interface ProblemWords {
  readonly message: string;
  readonly hint: string;
  readonly allowed?: readonly string[];
  readonly nearest?: string;
}

export class Problems {
  readonly #found: DocumentProblem[] = [];
  readonly #seen = new Set<string>();
  #count = 0;

  add(code: ErrorCode, { place, path }: Where, words: ProblemWords): void {
    const { file, line, column } = place;
    const key = JSON.stringify([code, file, line, column, words.message]);
    if (this.#seen.has(key)) return;
    this.#count++;
    if (this.#found.length >= limits.problems) return;
    this.#seen.add(key);
    this.#found.push({ code, ...words, file, line, column, path: [...path] });
  }

  /** Where no more are listed a problem is only counted, and nobody has to look for its words. */
  countedOnly(): boolean {
    if (this.#found.length < limits.problems) return false;
    this.#count++;
    return true;
  }

  get count(): number {
    return this.#count;
  }

  get list(): readonly DocumentProblem[] {
    const files = [...new Set(this.#found.map(({ file }) => file))];
    const position = ({ file }: DocumentProblem) => files.indexOf(file);
    return [...this.#found].sort((a, b) => position(a) - position(b) || a.line - b.line || a.column - b.column);
  }

  get more(): number {
    return this.#count - this.#found.length;
  }

  /** @throws {FlowError} DOCUMENT_INVALID – when there is at least one problem */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const { list, more } = this;
    const count = this.#count === 1 ? "a problem" : `${this.#count} problems`;
    const lines = list.map((problem) => `- ${formatProblem(problem)}`);
    if (more > 0) lines.push(`- and ${more} more`);
    throw new FlowError("DOCUMENT_INVALID", `The document has ${count}:\n${lines.join("\n")}`, {
      hint: [...new Set(list.map(({ hint }) => hint))].slice(0, 5).join("\n"),
      details: { problems: list, more },
    });
  }
}
