import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import { when, writeTable } from "../output/table.js";
import type { CommandContext } from "./context.js";
import { wholeNumber } from "./runs/events.js";

export interface SchedulesFlags {
  readonly flow?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** `millrace schedules`: what servers start when, by id. */
export async function schedules(context: CommandContext, { flow, limit, after }: SchedulesFlags): Promise<ExitCode> {
  const { out, project, again } = context;
  const { schedules: store } = await project.persistence({ mustExist: true });
  const page = (await store?.list({
    ...(flow !== undefined && { flow }),
    ...(after !== undefined && { cursor: after }),
    ...(limit !== undefined && { limit: wholeNumber(limit, "--limit") }),
  })) ?? { schedules: [] };
  const shown = page.schedules.map(({ revision: _, ...schedule }) => schedule);
  out.object({ ok: true, ...page, schedules: shown });
  if (out.mode !== "text") return exitCodes.completed;
  const rows = shown.map(({ id, flow, cron, timeZone, enabled, nextDue, lastRun, lastSkip, origin }) => [
    id,
    flow,
    cron,
    timeZone,
    enabled ? when(nextDue) : "halted",
    lastRun?.id,
    lastSkip && `${when(lastSkip.due)} ${lastSkip.reason}`,
    origin,
  ]);
  const head = ["schedule", "flow", "cron", "zone", "next", "last run", "last skipped", "put by"];
  writeTable({ head, rows, important: ["schedule", "next", "flow", "cron", "zone", "last run"] }, out);
  if (rows.length === 0) out.note("Nothing is scheduled.");
  if (page.next !== undefined) out.note(`More: ${again("schedules", "--after", page.next)}`);
  return exitCodes.completed;
}
