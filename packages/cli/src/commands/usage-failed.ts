/** A command line that can't be understood: told like every other error, in the mode that it asks for. */
import type { CommanderError } from "commander";
import { FlowError } from "millrace";
import { reportError } from "../output/report-error.js";
import { outputFor } from "./context.js";

export async function usageFailed(thrown: unknown, args: readonly string[]): Promise<never> {
  const has = (flag: string) => args.includes(flag);
  const debug = has("--debug");
  const out = outputFor({ json: has("--json"), jsonl: has("--jsonl"), debug });
  const exitCode = reportError(isUsage(thrown) ? usageError(thrown) : thrown, { out, debug });
  await out.flush();
  process.exit(exitCode);
}

const isUsage = (thrown: unknown): thrown is CommanderError =>
  thrown instanceof Error && "exitCode" in thrown && String((thrown as CommanderError).code).startsWith("commander.");

/** commander's texts are `error: what\n(Did you mean …?)`. */
function usageError({ message }: CommanderError): FlowError {
  const [what = "", meant] = message.replace(/^error: /, "").split("\n");
  const text = what.charAt(0).toUpperCase() + what.slice(1);
  return new FlowError("CLI_USAGE_INVALID", `${text}${text.endsWith(".") ? "" : "."}`, {
    hint: meant === undefined ? "See `millrace --help`." : meant.replace(/^\(|\)$/g, ""),
  });
}
