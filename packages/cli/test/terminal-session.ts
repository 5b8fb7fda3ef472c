/** The real command in a pseudo terminal of its own: what a person at it would see, and what the person types. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import xterm from "@xterm/headless";

export interface TerminalSession {
  /** Resolves when what was written so far fits; rejects when it ends before, or does nothing of the kind for long. */
  untilSeen(text: RegExp): Promise<void>;
  type(keys: string): void;
  /** Closes the terminal, as its window's cross does. */
  hangUp(): void;
  /** All that was written so far, with its escape sequences. */
  readonly written: string;
  readonly ended: Promise<SeenTerminal>;
}

export interface SeenTerminal {
  readonly code: number | null;
  /** What stands on the screen, scrolled away or not, without empty lines. */
  readonly lines: readonly string[];
  /** All that was written, with its escape sequences. */
  readonly written: string;
}

const patienceMs = 90_000;

/** `script` of util-linux makes the terminal. */
export const hasTerminals = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

export interface SessionOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export function terminalSession(command: readonly string[], options: SessionOptions): TerminalSession {
  const { cwd, columns = 80, rows = 30, env } = options;
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const plain = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|VITEST|NODE_PATH|MILLRACE_|NO_COLOR|FORCE_COLOR|CI$)/i.test(key),
  );
  // the command takes the shell's place: a shell that waits for it would end by Ctrl+C, and that be taken for how it ended
  const line = `stty cols ${columns} rows ${rows}; exec ${quoted}`;
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    cwd,
    env: { ...Object.fromEntries(plain), TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let written = "";
  child.stdout.on("data", (chunk: Buffer) => {
    written += chunk.toString("utf8");
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    untilSeen: (text) => untilWritten(child, { fits: () => text.test(written), told: () => `${text}:\n${written}` }),
    type: (keys) => void child.stdin.write(keys),
    get written() {
      return written;
    },
    hangUp: () => void child.kill("SIGKILL"),
    ended: ended.then(async (code) => ({ code, lines: await screenOf(written, { columns, rows }), written })),
  };
}

/** Not for ever: what hangs is told with what was there by then, and ended. */
function untilWritten(
  child: ChildProcessByStdio<Writable, Readable, null>,
  { fits, told }: { readonly fits: () => boolean; readonly told: () => string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer);
      child.stdout.off("data", look);
      child.off("close", ended);
      done();
    };
    const look = () => fits() && settle(resolve);
    const ended = () => settle(() => reject(new Error(`It ended without showing ${told()}`)));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      settle(() => reject(new Error(`It does not show ${told()}`)));
    }, patienceMs);
    child.stdout.on("data", look);
    child.on("close", ended);
    look();
  });
}

async function screenOf(
  written: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Promise<readonly string[]> {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(written, resolve));
  const { active } = screen.buffer;
  const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
  return lines.filter((text) => text !== "");
}
