/**
 * What somebody says, line by line: typed at a terminal, where lines can be edited and called back, or piped by a script. At a terminal
 * the input is given back after each line, so that others may ask there and Ctrl+C interrupts what runs meanwhile. What was typed ahead
 * is not lost: whole lines are taken one by one, the beginning of one is there to be ended. What is pasted is one text, of as many
 * lines as it has.
 */
import { createInterface, type Interface, type Key } from "node:readline";
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
  const ahead: string[] = [];
  let typed: Typed = { lines: [], begun: "", history: [], over: false };
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

interface Typed {
  readonly lines: readonly string[];
  /** What was typed after the last of them. */
  readonly begun: string;
  readonly history: string[];
  /** The input has ended. */
  readonly over: boolean;
}

interface TypedTextOptions extends Pick<Typed, "begun" | "history"> {
  readonly note: (line: string) => void;
}

/** From a prompt to the end of a line, and of what has come together with it. */
class TypedText {
  readonly ended: Promise<Typed>;
  readonly #editor: Interface;
  readonly #prompt: string;
  readonly #note: (line: string) => void;
  readonly #lines: string[] = [];
  #history: string[];
  /** Lines of what is typed now that were pasted, and can't be edited any more. */
  #pasted: string[] = [];
  #pasting = false;
  #warned = false;
  // of these the first counts
  #settle: (typed: Typed) => void = () => undefined;
  #fail: (error: FlowError) => void = () => undefined;

  constructor(prompt: string, { begun, history, note }: TypedTextOptions) {
    this.#prompt = prompt;
    this.#history = history;
    this.#note = note;
    const { stdin: input, stderr: output } = process;
    this.#editor = createInterface({ input, output, prompt, history: [...history], terminal: true });
    this.ended = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    input.on("keypress", this.#onKey);
    for (const signal of signals) process.on(signal, this.#leave);
    process.on("exit", this.#takeNoPastes);
    this.#editor.on("history", (lines) => {
      this.#history = lines;
    });
    this.#editor.on("line", (line) => this.#line(line));
    this.#editor.on("close", this.#closed);
    this.#editor.on("SIGINT", () => this.#interrupt());
    // the terminal may have been another's meanwhile
    this.#editor.on("SIGCONT", () => {
      this.#takePastes();
      this.#editor.prompt(true);
    });
    this.#takePastes();
    this.#editor.prompt();
    if (begun !== "") this.#editor.write(begun);
  }

  readonly #onKey = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.name === "paste-start") this.#pasting = true;
    if (key?.name === "paste-end") this.#pasting = false;
  };

  #line(line: string): void {
    if (this.#pasting) {
      this.#pasted.push(line);
      this.#editor.setPrompt("");
      return;
    }
    this.#lines.push([...this.#pasted.splice(0), line].join("\n").replace(/\n+$/u, ""));
    // lines that came at once with this one are heard before, and Ctrl+C
    setImmediate(() => this.#lines.length > 0 && this.#resolve({ over: false }));
  }

  #interrupt(): void {
    const empty = this.#editor.line === "" && this.#pasted.length === 0;
    if (this.#warned && empty && this.#lines.length === 0) return this.#leave();
    if (this.#lines.splice(0).length > 0) this.#note("What was said is not sent.");
    else if (empty) this.#note("\nCtrl+D ends the chat.");
    else process.stderr.write("\n");
    this.#warned = true;
    this.#pasted = [];
    this.#editor.setPrompt(this.#prompt);
    this.#editor.write(null, { ctrl: true, name: "e" });
    this.#editor.write(null, { ctrl: true, name: "u" });
    this.#editor.prompt();
  }

  readonly #closed = (): void => {
    process.stderr.write("\n");
    this.#resolve({ over: true });
  };

  readonly #leave = (): void => {
    this.#end();
    this.#fail(new FlowError("CLI_INTERRUPTED", "Interrupted."));
  };

  #resolve({ over }: { readonly over: boolean }): void {
    const begun = over ? "" : this.#editor.line;
    this.#end();
    this.#settle({ lines: this.#lines, begun, history: this.#history, over });
  }

  #end(): void {
    process.stdin.off("keypress", this.#onKey);
    for (const signal of signals) process.off(signal, this.#leave);
    // its own listener stays, which lets go of the keys
    this.#editor.off("close", this.#closed);
    this.#editor.close();
    if (!process.listeners("exit").includes(this.#takeNoPastes)) return;
    process.off("exit", this.#takeNoPastes);
    this.#takeNoPastes();
  }

  #takePastes(): void {
    if (process.env.TERM !== "dumb") process.stderr.write("\u001b[?2004h");
  }

  readonly #takeNoPastes = (): void => {
    if (process.env.TERM !== "dumb") process.stderr.write("\u001b[?2004l");
  };
}
