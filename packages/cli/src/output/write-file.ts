import { writeFileSync } from "node:fs";
import { describeThrown, FlowError } from "millrace";

/** @throws {FlowError} CLI_USAGE_INVALID – a file that a flag names can't be written */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new FlowError("CLI_USAGE_INVALID", `${file} can't be written: ${describeThrown(error).message}`, {
      hint: "Give --out a file in a folder that is there, and that you may write to.",
      cause: error,
    });
  }
}
