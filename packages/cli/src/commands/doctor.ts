/** `millrace doctor`: what is wrong with a project, and the way out. It works where the config does not. */
import type { Finding } from "../doctor/finding.js";
import { divertPrints } from "../output/divert-prints.js";
import { exitCodes } from "../output/exit-codes.js";
import { leave, whenCutOff } from "../output/leave.js";
import type { Output } from "../output/output.js";
import { reportError } from "../output/report-error.js";
import { type GlobalFlags, isDebug, outputFor } from "./context.js";

/** Ends the process: with 1 if something fails, with 0 if there are but warnings. */
export async function doctor(flags: GlobalFlags): Promise<never> {
  const out = outputFor(flags);
  divertPrints();
  whenCutOff((error) => reportError(error, { out, debug: isDebug(flags) }));
  const { examine } = await import("../doctor/examine.js");
  const findings = await examine(process.cwd(), flags);
  const healthy = findings.every(({ status }) => status !== "fail");
  out.object({ ok: healthy, findings });
  if (out.mode === "text") for (const finding of findings) tell(finding, out);
  await out.flush();
  leave(healthy ? exitCodes.completed : exitCodes.failed);
}

function tell({ about, status, message, hint }: Finding, out: Output): void {
  if (out.quiet && status === "ok") return;
  const { green, yellow, red, dim } = out.resultColors;
  const signs = { ok: green("ok  "), warn: yellow("warn"), fail: red("fail") };
  const [first, ...more] = message.split("\n");
  out.write(`${signs[status]}  ${dim(about.padEnd(10))}  ${first}`);
  for (const line of [...more, ...(hint ? [dim(`→ ${hint}`)] : [])]) out.write(`${" ".repeat(18)}${line}`);
}
