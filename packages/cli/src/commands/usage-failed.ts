/** A command line that can't be understood: told like every other error, in the mode that it asks for. */
import type { CommanderError } from "commander";
import { FlowError } from "millrace";
import { reportError } from "../output/report-error.js";
import { outputFor } from "./context.js";

export interface UsageFailed {
  readonly args: readonly string[];
  /** The command that was meant, as words. */
  readonly named: readonly string[];
}

/** @param thrown Undefined: no command was given. */
export async function usageFailed(thrown: unknown, { args, named }: UsageFailed): Promise<never> {
  const help = `See \`${["millrace", ...named].join(" ")} --help\`.`;
  const has = (flag: string) => args.includes(flag);
  const debug = has("--debug");
  const out = outputFor({ json: has("--json"), jsonl: has("--jsonl"), debug });
  const none = () => new FlowError("CLI_USAGE_INVALID", "No command is given.", { hint: help });
  const error = thrown === undefined ? none() : isUsage(thrown) ? usageError(thrown, help) : thrown;
  const exitCode = reportError(error, { out, debug });
  await out.flush();
  process.exit(exitCode);
}

const isUsage = (thrown: unknown): thrown is CommanderError =>
  thrown instanceof Error && "exitCode" in thrown && String((thrown as CommanderError).code).startsWith("commander.");

/** commander's texts are `error: what\n(Did you mean …?)`. */
function usageError({ message }: CommanderError, help: string): FlowError {
  const [what = "", meant] = message.replace(/^error: /, "").split("\n");
  const text = what.charAt(0).toUpperCase() + what.slice(1);
  return new FlowError("CLI_USAGE_INVALID", `${text}${text.endsWith(".") ? "" : "."}`, {
    hint: meant === undefined ? help : meant.replace(/^\(|\)$/g, ""),
  });
}
