/** A source file, parsed: texts, places and doc comments of its parts. */
import type { Comment, ParseResult } from "oxc-parser";

/** A part of a program, as the parser gives it: which fields it has depends on its type. */
export interface Part {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a program holds is looked at field by field
  readonly [field: string]: any;
}

/** From 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export class SourceText {
  readonly file: string;
  readonly program: Part;
  readonly #text: string;
  readonly #docs: readonly Comment[];

  constructor(file: string, text: string, { program, comments }: Pick<ParseResult, "program" | "comments">) {
    this.file = file;
    this.program = program as unknown as Part;
    this.#text = text;
    this.#docs = comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
  }

  /** On one line. */
  text(start: number, end: number): string {
    return this.#text.slice(start, end).replace(/\s+/g, " ").trim();
  }

  place(offset: number): Place {
    const before = this.#text.slice(0, offset).split("\n");
    return { line: before.length, column: before.at(-1)!.length + 1 };
  }

  /** The doc comment that stands right before an offset, without its stars and tags. */
  docBefore(offset: number): string | undefined {
    const comment = this.#docs.findLast(({ end }) => end <= offset);
    if (!comment || !/^[\s.]*(?:export\s+(?:default\s+)?)?$/.test(this.#text.slice(comment.end, offset)))
      return undefined;
    const lines = comment.value.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
    const tag = lines.findIndex((line) => line.startsWith("@"));
    const said = lines
      .slice(0, tag < 0 ? lines.length : tag)
      .join("\n")
      .trim();
    return said === "" ? undefined : said;
  }
}

/** All parts of a program, outer ones first. */
export function* partsOf(part: unknown): Generator<Part> {
  if (Array.isArray(part)) {
    for (const each of part) yield* partsOf(each);
    return;
  }
  if (typeof part !== "object" || part === null) return;
  if ("type" in part && typeof part.type === "string") yield part as Part;
  for (const value of Object.values(part)) if (typeof value === "object") yield* partsOf(value);
}
