import { spawn } from "node:child_process";

/** A program with its arguments, run from the workspace's top without a shell. */
export type Command = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly ok: boolean;
  /** What it printed on both streams, in the order of arrival. */
  readonly output: string;
}

/** Runs a command to its end with no standard input. A program that can't be started is a failed one. */
export function runCommand([program, ...args]: Command, { cwd, env }: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    // What is captured is read as text.
    const plain = { ...process.env, NO_COLOR: "1", ...env };
    const child = spawn(program, args, { cwd, env: plain, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    const output = () => Buffer.concat(chunks).toString("utf8");
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => resolve({ ok: false, output: `${output()}${program}: ${error.message}\n` }));
    child.on("close", (code) => resolve({ ok: code === 0, output: output() }));
  });
}
