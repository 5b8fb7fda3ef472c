/**
 * What a server tells while it serves, on standard error, as people read it: what has happened, to which run and step, the error with its
 * way out, and where in the project's own code it was thrown.
 */
import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describeThrown, FlowError, type FlowLogger } from "millrace";
import type { Output } from "../output/output.js";
import { plainLines, plainText } from "../terminal/lines.js";

export interface ServerLoggerOptions {
  readonly out: Output;
  /** Paths are shown from here. */
  readonly root: string;
  /** Everything is told, and stacks whole. */
  readonly debug: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

export function serverLogger({ out, root, debug }: ServerLoggerOptions): FlowLogger {
  const { red, yellow, dim } = out.colors;
  const tones = { debug: dim, info: dim, warn: yellow, error: red };
  const tell =
    (level: keyof typeof tones) =>
    (message: string, { error, ...fields }: Fields = {}) => {
      const about = Object.entries(fields).map(([name, value]) => `${nameOf(name)} ${shown(value)}`);
      const head = [message, ...about].map(plainText).join(", ");
      const lines = error === undefined ? [] : errorLines(error, { root, debug });
      out.tell([`${tones[level](level)} ${head}`, ...lines.map((line) => `  ${dim(line)}`)].join("\n"));
    };
  const nothing = () => undefined;
  return {
    debug: debug ? tell("debug") : nothing,
    info: debug ? tell("info") : nothing,
    warn: tell("warn"),
    error: tell("error"),
  };
}

const nameOf = (field: string): string => (field === "runId" ? "run" : field);

const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

function errorLines(error: unknown, { root, debug }: Pick<ServerLoggerOptions, "root" | "debug">): readonly string[] {
  const { name, message } = describeThrown(error);
  const [code, hint] = FlowError.is(error) ? [error.code, error.hint] : [name, ""];
  const stack = stackOf(error);
  const frames = debug ? stack : ownFrames(stack, root).slice(0, 3);
  return [...plainLines(`${code} ${message}`, 50), ...(hint ? plainLines(`→ ${hint}`, 5) : []), ...frames];
}

/** Of what a step has thrown, not of what the engine has made of it. */
function stackOf(error: unknown): readonly string[] {
  const { cause } = error instanceof Error ? error : {};
  const { stack = "" } = describeThrown(cause ?? error);
  return plainLines(stack, 200).filter((line) => /^\s*at /.test(line));
}

/** Frames in the project's own files, with paths from its root. */
function ownFrames(stack: readonly string[], root: string): readonly string[] {
  return stack.flatMap((line) => {
    const [, before = "", place = "", at = ""] = /^\s*(at (?:.* \()?)([^()]+?)(:\d+:\d+)\)?$/.exec(line) ?? [];
    const path = place.startsWith("file:") ? fileURLToPath(place) : place;
    const own = isAbsolute(path) ? relative(root, path) : "..";
    if (own.startsWith("..") || isAbsolute(own) || own.split(sep).includes("node_modules")) return [];
    return [`${before}${own}${at}${before.endsWith("(") ? ")" : ""}`];
  });
}
