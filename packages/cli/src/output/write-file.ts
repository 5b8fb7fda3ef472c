import { writeFileSync } from "node:fs";
import { describeThrown, FlowError } from "millrace";

/** Nothing is wrong with the command line then. */
const ofTheDisk = new Set(["ENOSPC", "EDQUOT", "EIO", "EFBIG"]);

/**
 * @throws {FlowError} CLI_USAGE_INVALID – a file that a flag names can't be written
 * @throws {FlowError} CLI_OUTPUT_FAILED – the disk is full, or broken
 */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const said = `${file} can't be written: ${describeThrown(error).message}`;
    if (ofTheDisk.has((error as NodeJS.ErrnoException).code ?? ""))
      throw new FlowError("CLI_OUTPUT_FAILED", said, { hint: "Give --out a file on another disk.", cause: error });
    throw new FlowError("CLI_USAGE_INVALID", said, {
      hint: "Give --out a file in a folder that is there, and that you may write to.",
      cause: error,
    });
  }
}
