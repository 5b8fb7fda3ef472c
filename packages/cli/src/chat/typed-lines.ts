/**
 * What somebody says, line by line: typed at a terminal, where lines can be edited and called back, or piped by a script. At a terminal
 * the input is given back after each line, so that others may ask there and Ctrl+C interrupts what runs meanwhile.
 */
import { createInterface } from "node:readline";
import { FlowError } from "millrace";

export interface TypedLines {
  /** Undefined: the input has ended, by Ctrl+D at a terminal. @throws {FlowError} CLI_INTERRUPTED – Ctrl+C twice, or a signal */
  next(): Promise<string | undefined>;
}

export function pipedLines(input: NodeJS.ReadStream = process.stdin): TypedLines {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  return { next: async () => (await lines.next()).value as string | undefined };
}

const signals = ["SIGTERM", "SIGHUP"] as const;

/** @param note Told what Ctrl+C does not do. */
export function terminalLines(prompt: string, note: (line: string) => void): TypedLines {
  let history: string[] = [];
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const editor = createInterface({
          input: process.stdin,
          output: process.stderr,
          prompt,
          history,
          terminal: true,
        });
        let warned = false;
        const end = (done: () => void) => {
          for (const signal of signals) process.off(signal, leave);
          // its own listener stays, which lets go of the keys
          editor.off("close", closed);
          editor.close();
          done();
        };
        const closed = () => {
          process.stderr.write("\n");
          end(() => resolve(undefined));
        };
        const leave = () => end(() => reject(new FlowError("CLI_INTERRUPTED", "Interrupted.")));
        for (const signal of signals) process.on(signal, leave);
        editor.on("history", (lines) => {
          history = lines;
        });
        editor.on("line", (line) => end(() => resolve(line)));
        editor.on("close", closed);
        editor.on("SIGINT", () => {
          if (warned && editor.line === "") return leave();
          if (editor.line === "") note("\nCtrl+D ends the chat.");
          else process.stderr.write("\n");
          warned = true;
          editor.write(null, { ctrl: true, name: "e" });
          editor.write(null, { ctrl: true, name: "u" });
          editor.prompt();
        });
        editor.prompt();
      }),
  };
}
