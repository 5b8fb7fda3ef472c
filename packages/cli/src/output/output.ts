/**
 * Where the command writes. Results go to standard output, all else to standard error; a reader that has gone away (`| head`)
 * is no error. What is not wanted in a mode is not written, so that commands need not ask.
 */
import { FlowError, toJson } from "millrace";
import { createColors } from "picocolors";

export type OutputMode = "text" | "json" | "jsonl";

export interface OutputOptions {
  readonly mode: OutputMode;
  readonly quiet: boolean;
}

type Write = (text: string, done?: () => void) => boolean;

export type Colors = ReturnType<typeof createColors>;

export class Output {
  readonly mode: OutputMode;
  readonly quiet: boolean;
  /** For standard error. */
  readonly colors: Colors;
  /** For standard output. */
  readonly resultColors: Colors;
  /** Standard output takes nothing any more. */
  closed = false;
  /** Why, where that is no reader that has gone away. */
  failure: FlowError | undefined;
  readonly #writes: readonly Write[];

  constructor({ mode, quiet }: OutputOptions) {
    this.mode = mode;
    this.quiet = quiet;
    this.colors = createColors(wantsColors(process.stderr));
    this.resultColors = createColors(wantsColors(process.stdout));
    const streams = [process.stdout, process.stderr];
    this.#writes = streams.map((stream) => stream.write.bind(stream));
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      this.closed = true;
      if (error.code !== "EPIPE") this.failure ??= outputFailed(error);
    });
    // there is nowhere to tell it
    process.stderr.on("error", () => undefined);
  }

  /** Whether standard output is a terminal that somebody reads. */
  get onTerminal(): boolean {
    return process.stdout.isTTY === true;
  }

  /** A result for people: text as it is, all else as JSON; nothing in the modes for programs. */
  result(value: unknown): void {
    if (this.mode !== "text" || value === undefined) return;
    this.write(textOf(value, this.onTerminal ? 2 : undefined));
  }

  /** The one object of `--json`, the last line of `--jsonl`. */
  object(value: object): void {
    if (this.mode === "text") return;
    this.write(jsonOf(this.mode === "jsonl" ? { type: "result", ...value } : value));
  }

  /** A line of `--jsonl`. */
  event(value: object): void {
    if (this.mode === "jsonl") this.write(jsonOf(value));
  }

  /** A line on standard output. */
  write(line: string): void {
    this.piece(`${line}\n`);
  }

  /** A piece of a line on standard output. */
  piece(text: string): void {
    if (!this.closed) this.#writes[0]?.(text);
  }

  /** A line for people, on standard error; not with `--quiet`. */
  note(line: string): void {
    if (!this.quiet) process.stderr.write(`${line}\n`);
  }

  /** A line that is always told, on standard error. */
  tell(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** Resolves when all that was written has left the process. */
  async flush(): Promise<void> {
    const [results, ...others] = this.#writes;
    const open = this.closed || results === undefined ? others : this.#writes;
    await Promise.all(open.map((write) => new Promise<void>((resolve) => write("", () => resolve()))));
  }
}

/** The error that tells of a result that was made and can't be handed over. */
function outputFailed(cause: Error): FlowError {
  return new FlowError("CLI_OUTPUT_FAILED", `The result can't be written: ${cause.message}`, {
    hint: "It is stored: `millrace runs show <id>` prints it again, `millrace runs list` has the ids.",
    cause,
  });
}

/** As JSON. @throws {FlowError} CLI_OUTPUT_FAILED – it is too large, or too deep, to be one text */
function jsonOf(value: unknown): string {
  return inOneText(() => JSON.stringify(toJson(value)));
}

/** What is text by itself as it is, all else as JSON. @throws {FlowError} CLI_OUTPUT_FAILED – as `jsonOf` */
function textOf(value: unknown, indent: number | undefined): string {
  return inOneText(() => {
    const plain = toJson(value);
    return typeof plain === "string" ? plain : JSON.stringify(plain, null, indent);
  });
}

function inOneText(make: () => string): string {
  try {
    return make();
  } catch (error) {
    throw outputFailed(error as Error);
  }
}

/** NO_COLOR, FORCE_COLOR and CI, then whether it is a terminal. */
export function wantsColors(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM, CI } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  if (TERM === "dumb") return false;
  return stream.isTTY === true && (CI === undefined || CI === "" || CI === "false");
}
