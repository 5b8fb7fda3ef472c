/** What a stream can show, by what it is and what the environment asks for. */
import { wantsColors } from "../output/output.js";

export interface TerminalKind {
  /** Lines can be drawn over: a terminal, and nobody who reads a log of it. */
  readonly live: boolean;
  readonly colours: boolean;
  readonly unicode: boolean;
}

/**
 * `NO_COLOR` and `FORCE_COLOR` decide on colours, else whether it is a terminal; `CI` and `TERM=dumb` keep lines where they are.
 *
 * @example
 * terminalKind(process.stderr, process.env).live;
 */
export function terminalKind(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): TerminalKind {
  const { CI, TERM, TERM_PROGRAM, WT_SESSION } = env;
  const read = CI !== undefined && CI !== "" && CI !== "0" && CI !== "false";
  return {
    live: stream.isTTY === true && TERM !== "dumb" && !read,
    colours: wantsColors(stream, env),
    unicode: process.platform === "win32" ? Boolean(WT_SESSION || TERM_PROGRAM) : TERM !== "linux",
  };
}
