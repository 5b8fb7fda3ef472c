/**
 * `millrace dev`: a server that is started again when a file of the project changes. It runs in a process of its own, since modules
 * can't be loaded twice; what ran when it was stopped is recovered by the next one. Where a file is broken, the next change is
 * waited for.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { isAbsolute, relative, sep } from "node:path";
import { describeThrown } from "millrace";
import { exitCodes } from "../output/exit-codes.js";
import { leave } from "../output/leave.js";
import { findRoot } from "../project/find-root.js";
import { portOf } from "../project/server-settings.js";
import { type GlobalFlags, outputFor } from "./context.js";

export interface DevFlags extends GlobalFlags {
  readonly port?: string;
  readonly host?: string;
}

/** A server that does not come to a commit in this time is killed: what it was at is recovered all the same. */
const patienceMs = 5_000;
/** Editors and compilers write several files at a time. */
const settleMs = 100;

export async function dev(targets: readonly string[], flags: DevFlags): Promise<never> {
  const out = outputFor(flags);
  if (flags.port !== undefined) portOf(flags.port);
  const { root } = findRoot(process.cwd(), flags.config ?? (process.env.MILLRACE_CONFIG || undefined));
  const served = new DevServer(targets, flags, (line) => out.note(line));
  const { watch } = await import("chokidar");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (path) => isForeign(root, path),
    // the data of other programs, which nobody changes flows in
    ignorePermissionErrors: true,
  });
  watcher.on("all", (event, path) => {
    if (event === "addDir" || event === "unlinkDir" || !isSource(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => served.restart(relative(root, path)), settleMs);
  });
  watcher.on("error", (error) => out.tell(`Not every change is seen: ${describeThrown(error).message}`));
  const left = new Promise<void>((resolve) => {
    const onSignal = () => {
      if (served.leaving) served.kill();
      clearTimeout(timer);
      void served.leave().then(resolve);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  });
  // what is changed before a folder is watched would be seen by nobody, once the server has read it
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  await served.start();
  await left;
  await watcher.close();
  await out.flush();
  leave(exitCodes.completed);
}

const foreignFolders = new Set(["node_modules", ".git", ".millrace", "dist", "coverage"]);

function isForeign(root: string, path: string): boolean {
  const inside = relative(root, path);
  if (inside.startsWith("..") || isAbsolute(inside)) return true;
  return inside.split(sep).some((part) => foreignFolders.has(part));
}

/** Also where documents and code are read from; databases and what flows write are not among it. */
function isSource(path: string): boolean {
  return /\.(?:[cm]?[jt]s|[jt]sx|json|ya?ml)$|(?:^|[/\\])\.env$/.test(path);
}

class DevServer {
  readonly #args: readonly string[];
  readonly #note: (line: string) => void;
  /** The one that was given out first, so that clients find the next server too. */
  #port: string | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #restarting: Promise<void> | undefined;
  #again = false;
  #leaving = false;

  constructor(
    targets: readonly string[],
    { port, host, config, database, quiet, debug }: DevFlags,
    note: (line: string) => void,
  ) {
    this.#note = note;
    this.#port = port;
    const given = Object.entries({ host, config, database }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    );
    this.#args = ["serve", "--dev", ...given, ...(quiet ? ["--quiet"] : []), ...(debug ? ["--debug"] : []), ...targets];
  }

  /** It is not started any more. */
  get leaving(): boolean {
    return this.#leaving;
  }

  async start(): Promise<void> {
    if (this.#leaving) return;
    const port = this.#port === undefined ? [] : ["--port", this.#port];
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...this.#args, ...port], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    child.on("message", (told) => {
      const { port } = told as { readonly port?: number };
      if (port !== undefined) this.#port = String(port);
    });
    this.#ended = new Promise((resolve) => {
      child.on("error", () => resolve());
      child.on("close", (code, signal) => {
        if (this.#child === child) this.#child = undefined;
        if (!this.#leaving && !this.#restarting)
          this.#note(`The server has ended (${signal ?? code}). A change starts it again.`);
        resolve();
      });
    });
  }

  /** Several changes while it is started again start it once more. */
  restart(changed: string): void {
    this.#again = true;
    this.#restarting ??= this.#restart(changed).finally(() => {
      this.#restarting = undefined;
    });
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await this.#stop();
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  async #restart(changed: string): Promise<void> {
    while (this.#again && !this.#leaving) {
      this.#again = false;
      this.#note(`${changed} has changed.`);
      await this.#stop();
      await this.start();
    }
  }
}
