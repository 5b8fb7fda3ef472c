/**
 * Lines of text in tones, measured in columns of a terminal. What a run says (names, prompts, errors, chunks) comes from anywhere:
 * control characters are taken out before it is drawn.
 */
import { stripVTControlCharacters } from "node:util";
import measure from "fast-string-truncated-width";

export type Tone = "plain" | "strong" | "dim" | "good" | "bad" | "warn" | "busy";
export type Segment = readonly [tone: Tone, text: string];
export type Line = readonly Segment[];

/** How wide a text is on a terminal, in columns. */
export function widthOf(text: string): number {
  return measure(text).width;
}

export function textOf(line: Line): string {
  return line.map(([, text]) => text).join("");
}

/** The line, cut to so many columns with an ellipsis at its end. */
export function cutLine(line: Line, columns: number, ellipsis: string): Line {
  const ellipsisWidth = widthOf(ellipsis);
  const cut: Segment[] = [];
  let left = columns;
  for (const [i, [tone, text]] of line.entries()) {
    const last = i === line.length - 1;
    const whole = measure(text).width;
    // the ellipsis needs its place unless nothing follows
    if (whole <= left - (last ? 0 : ellipsisWidth) || (whole <= left && fits(line.slice(i + 1), left - whole))) {
      cut.push([tone, text]);
      left -= whole;
      continue;
    }
    const { index, ellipsed } = measure(text, { limit: left, ellipsis, ellipsisWidth });
    const shown = ellipsed ? `${text.slice(0, index)}${ellipsis}` : text.slice(0, index);
    cut.push([tone, shown === text ? `${text.slice(0, -1)}${ellipsis}` : shown]);
    return cut;
  }
  return cut;
}

/** The last columns of a text. */
export function tailOf(text: string, columns: number): string {
  // no character is wider than two columns: only the end can matter
  let tail = text.slice(-columns);
  while (tail && widthOf(tail) > columns) tail = tail.slice(tail.codePointAt(0)! > 0xffff ? 2 : 1);
  return tail;
}

/** One line without control characters, whatever was given. */
export function plainText(text: string): string {
  return printable(text.replace(/\s+/gu, " "));
}

/** The lines of a text without control characters; what follows after `most` lines is left out. */
export function plainLines(text: string, most: number): readonly string[] {
  const lines = text.split(/\r?\n/u);
  const shown = lines.slice(0, most).map((line) => printable(line.replaceAll("\t", "  ")).trimEnd());
  return lines.length > most ? [...shown, "…"] : shown;
}

function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Bidi_Control}]/gu, "");
}

function fits(rest: Line, columns: number): boolean {
  return rest.reduce((sum, [, text]) => sum + widthOf(text), 0) <= columns;
}
