/**
 * From here on standard output is for results alone: what code of the project prints goes the way of all else, whether by the console,
 * by the stream, by the file descriptor, or by a child process that inherits it. What writes to it without Node's own functions
 * (native addons, threads of their own) can't be told apart.
 */
import { ChildProcess, type StdioOptions } from "node:child_process";
import { Console } from "node:console";
import fs from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";

const results = 1;
const others = 2;

export function divertPrints(): void {
  const { stdout, stderr } = process;
  globalThis.console = new Console(stderr, stderr);
  const write = (...given: Parameters<typeof stderr.write>) => stderr.write(...given);
  stdout.write = write as typeof stdout.write;
  // who ends it would take the result's way away
  stdout.end = ((...given: unknown[]) => {
    const done = given.find((one) => typeof one === "function") as (() => void) | undefined;
    if (typeof given[0] === "string" || given[0] instanceof Uint8Array) stderr.write(given[0]);
    if (done) process.nextTick(done);
    return stdout;
  }) as typeof stdout.end;
  divertDescriptor();
  divertChildren();
  // those who import by name get them too
  syncBuiltinESMExports();
}

type AnyFunction = (...given: unknown[]) => unknown;

/** Loggers write to the descriptor, for speed. */
function divertDescriptor(): void {
  const holder = fs as unknown as Record<string, AnyFunction>;
  for (const name of ["write", "writeSync", "writev", "writevSync"]) {
    const original = holder[name]!;
    holder[name] = (fd, ...given) => original(fd === results ? others : fd, ...given);
  }
}

function divertChildren(): void {
  const whole = ChildProcess.prototype as unknown as { spawn: AnyFunction };
  const { spawn } = whole;
  whole.spawn = function (options) {
    return spawn.call(this, diverted(options));
  };
  // as the module's own record, whose functions can be replaced
  const module = createRequire(import.meta.url)("node:child_process") as Record<string, AnyFunction>;
  for (const name of ["spawnSync", "execSync", "execFileSync"]) {
    const original = module[name]!;
    module[name] = (...given) => original(...given.map((one) => (isOptions(one) ? diverted(one) : one)));
  }
}

const isOptions = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

function diverted(options: unknown): unknown {
  const { stdio } = options as { readonly stdio?: StdioOptions };
  const inherits = stdio === "inherit" || (Array.isArray(stdio) && stdio.some(isOutput));
  if (!inherits) return options;
  const slots = stdio === "inherit" ? [0, others, others] : (stdio as unknown[]);
  return { ...(options as object), stdio: slots.map((slot, i) => (isOutput(slot, i) ? others : slot)) };
}

/** Whether a child would be given this process's standard output. */
function isOutput(slot: unknown, index: number): boolean {
  return slot === results || slot === process.stdout || (slot === "inherit" && index === results);
}
