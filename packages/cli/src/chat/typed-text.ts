/**
 * From a prompt to the end of what is typed at it, and what has come together with that. Text that is pasted is taken as a whole: its
 * lines end nothing, and however long it is, the editor has to draw its last line alone, which can still be edited.
 */
import { createInterface, type Interface } from "node:readline";
import { FlowError } from "millrace";
import { pastedText } from "./pasted-text.js";

export interface Typed {
  /** Those that were ended by Enter. */
  readonly lines: readonly string[];
  /** What was pasted after the last of them, before `begun`. */
  readonly pasted: string;
  /** What was typed after the last of them. */
  readonly begun: string;
  readonly history: string[];
  /** The input has ended. */
  readonly over: boolean;
}

export interface TypedTextOptions extends Pick<Typed, "pasted" | "begun" | "history"> {
  /** Told what Ctrl+C does not do. */
  readonly note: (line: string) => void;
}

const signals = ["SIGTERM", "SIGHUP"] as const;

export class TypedText {
  /** @throws {FlowError} CLI_INTERRUPTED – Ctrl+C twice, or a signal */
  readonly ended: Promise<Typed>;
  readonly #editor: Interface;
  readonly #prompt: string;
  readonly #note: (line: string) => void;
  readonly #lines: string[] = [];
  #history: string[];
  /** What stands before the line that is edited. */
  #pasted = "";
  readonly #endPastes: () => void;
  #pasting = false;
  #warned = false;
  // of these the first counts
  #settle: (typed: Typed) => void = () => undefined;
  #fail: (error: FlowError) => void = () => undefined;

  constructor(prompt: string, { pasted, begun, history, note }: TypedTextOptions) {
    this.#prompt = prompt;
    this.#history = history;
    this.#note = note;
    const { stdin: input, stderr: output } = process;
    this.#editor = createInterface({ input, output, prompt, history: [...history], terminal: true });
    this.ended = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.#endPastes = pastedText(input, {
      begins: () => {
        this.#pasting = true;
      },
      ends: (text) => {
        this.#pasting = false;
        this.#paste(text);
        this.#soon();
      },
    });
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
    if (pasted !== "") this.#stand(pasted);
    if (begun !== "") this.#editor.write(begun);
  }

  #line(line: string): void {
    this.#lines.push(`${this.#pasted}${line}`.replace(/\n+$/u, ""));
    this.#pasted = "";
    this.#editor.setPrompt(this.#prompt);
    this.#soon();
  }

  /** What came at once with a line is heard before it is handed over: more lines, Ctrl+C, all of what is pasted. */
  #soon(): void {
    setImmediate(() => this.#lines.length > 0 && !this.#pasting && this.#resolve({ over: false }));
  }

  #paste(text: string): void {
    const end = text.lastIndexOf("\n") + 1;
    const last = text.length - end > drawnAtMost ? text.length : end;
    if (last > 0) {
      const before = this.#editor.line;
      this.#empty();
      this.#stand(before + text.slice(0, last));
    }
    this.#editor.write(text.slice(last));
  }

  /** Text stands on the screen, and can't be edited any more. */
  #stand(text: string): void {
    process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
    this.#pasted += text;
    this.#editor.setPrompt("");
    this.#editor.prompt();
  }

  #empty(): void {
    this.#editor.write(null, { ctrl: true, name: "e" });
    this.#editor.write(null, { ctrl: true, name: "u" });
  }

  #interrupt(): void {
    const unsent = this.#lines.splice(0).length > 0;
    const empty = this.#editor.line === "" && this.#pasted === "";
    if (this.#warned && empty && !unsent) return this.#leave();
    if (unsent) this.#note("What was said is not sent.");
    else if (empty) this.#note("\nCtrl+D ends the chat.");
    else process.stderr.write("\n");
    this.#warned = true;
    this.#pasted = "";
    this.#editor.setPrompt(this.#prompt);
    this.#empty();
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

  #resolve({ over }: Pick<Typed, "over">): void {
    const begun = over ? "" : this.#editor.line;
    this.#end();
    this.#settle({ lines: this.#lines, pasted: this.#pasted, begun, history: this.#history, over });
  }

  #end(): void {
    this.#endPastes();
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

/** The editor draws a line anew with each of its letters. */
const drawnAtMost = 1000;
