/**
 * What somebody says, line by line: typed at a terminal, where lines can be edited and called back, or piped by a script. At a terminal
 * the input is given back after each line, so that others may ask there and Ctrl+C interrupts what runs meanwhile. What was typed ahead
 * is not lost: whole lines are taken one by one, the beginning of one is there to be ended. What is pasted is one text, of as many
 * lines as it has.
 */
import { createInterface } from "node:readline";
import { type Typed, TypedText } from "./typed-text.js";

export interface TypedLines {
  /** Undefined: the input has ended, by Ctrl+D at a terminal. @throws {FlowError} CLI_INTERRUPTED – Ctrl+C twice, or a signal */
  next(): Promise<string | undefined>;
}

export function pipedLines(input: NodeJS.ReadStream = process.stdin): TypedLines {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  return { next: async () => (await lines.next()).value as string | undefined };
}

/** @param note Told what Ctrl+C does not do. */
export function terminalLines(prompt: string, note: (line: string) => void): TypedLines {
  const ahead: string[] = [];
  let typed: Typed = { lines: [], pasted: "", begun: "", history: [], over: false };
  return {
    next: async () => {
      const line = ahead.shift();
      if (line !== undefined) process.stderr.write(`${prompt}${line}\n`);
      if (line !== undefined || typed.over) return line;
      typed = await new TypedText(prompt, { ...typed, note }).ended;
      ahead.push(...typed.lines.slice(1));
      return typed.lines[0];
    },
  };
}
