/** The end of the command. Code of the project can't end it: a success that is none would be taken for one. */
import { FlowError } from "millrace";
import { type ExitCode, exitCodes } from "./exit-codes.js";

let leaving = false;

export function leave(code: ExitCode): never {
  leaving = true;
  process.exit(code);
}

/** @param tell Called with what has ended the process, where that was not the command. It can't wait for anything any more. */
export function whenCutOff(tell: (error: FlowError) => void): void {
  process.once("exit", (code) => {
    if (leaving) return;
    tell(
      new FlowError("STEP_FAILED", `Code of the project ended the process: process.exit(${code}).`, {
        hint: "Throw instead, or return. What has finished is stored: `millrace recover` goes on with what was running.",
      }),
    );
    process.exitCode = exitCodes.failed;
  });
}
