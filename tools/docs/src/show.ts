/**
 * Bundled before each program: what an instrumented program calls to show a value. Values are judged at once, since
 * they may change later; what was shown is written when the process ends.
 */
import { writeFileSync } from "node:fs";
import { onOneLine, valueMatches } from "./matches.js";

/** A value that a program showed, and whether it is what the page says. */
export interface ShownValue {
  readonly line: number;
  readonly text: string;
  readonly matches: boolean;
}

const { MILLRACE_DOCS_SAID: said = "{}", MILLRACE_DOCS_SHOWN: file = "" } = process.env;
const values = JSON.parse(said) as Record<number, string>;
const shown: ShownValue[] = [];

Object.assign(globalThis, {
  __show(line: number, value: unknown): unknown {
    shown.push({ line, text: onOneLine(value), matches: valueMatches(values[line] ?? "", value) });
    return value;
  },
});
process.on("exit", () => writeFileSync(file, JSON.stringify(shown)));
