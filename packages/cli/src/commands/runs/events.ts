import { setTimeout as pause } from "node:timers/promises";
import { FlowError, type JournalEntry, type JournalRow, toJson } from "millrace";
import { exitCodes } from "../../output/exit-codes.js";
import { oneLine } from "../../output/table.js";
import type { CommandContext } from "../context.js";
import { recordOf } from "../resume.js";

export interface EventsFlags {
  readonly after?: string;
  readonly limit?: string;
  readonly follow?: boolean;
}

/** So many entries are read at a time. */
const pageSize = 500;
const pollMs = 200;

/** `millrace runs events`: a run's journal; with `--follow`, also what comes, until the run has ended. */
export async function events(context: CommandContext, ...[id, flags]: [id: string, flags: EventsFlags]) {
  const { out } = context;
  await recordOf(context, id);
  const all: JournalRow[] = [];
  for await (const row of rowsOf(context, id, flags)) {
    if (out.closed) break;
    if (out.mode === "json") all.push(row);
    else if (out.mode === "jsonl") out.event({ seq: row.seq, ...row.entry });
    else out.write(lineOf(row));
  }
  if (out.mode === "json") out.object({ ok: true, id, entries: all.map(({ seq, entry }) => ({ seq, ...entry })) });
  return exitCodes.completed;
}

async function* rowsOf(
  context: CommandContext,
  id: string,
  flags: EventsFlags,
): AsyncGenerator<JournalRow, void, undefined> {
  const persistence = await context.project.persistence();
  let after = wholeNumber(flags.after ?? "0", "--after");
  let left = flags.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(flags.limit, "--limit");
  for (;;) {
    // asked first: an entry that comes after it is found by the next look
    const { status } = await recordOf(context, id);
    const rows = await persistence.history(id, { after, limit: Math.min(left, pageSize) });
    yield* rows;
    left -= rows.length;
    after = rows.at(-1)?.seq ?? after;
    if (left <= 0) return;
    if (rows.length > 0) continue;
    if (!flags.follow || context.out.closed || (status !== "running" && status !== "waiting")) return;
    await pause(pollMs);
  }
}

function lineOf({ seq, entry }: JournalRow): string {
  const call =
    "step" in entry ? `${entry.step}#${entry.number}${entry.index === undefined ? "" : `[${entry.index}]`}` : "";
  return [seq, new Date(entry.at).toISOString(), entry.type, call, said(entry)].map(oneLine).join("\t");
}

/** What an entry says beside its place, in one line. */
function said(entry: JournalEntry): string {
  switch (entry.type) {
    case "completed": {
      const labels = entry.labels?.map(({ label }) => label).join(",");
      return `${labels ? `→ ${labels} ` : ""}${json(entry.output)}`;
    }
    case "started":
      return json(entry.inputs);
    case "attempt-failed":
    case "failed":
      return `${entry.error.code} ${entry.error.message}`;
    case "signal":
      return `${entry.name} ${json(entry.payload)}`;
    case "asked":
      return `${entry.id} ${entry.prompt}`;
    case "answered":
      return `${entry.id} ${json(entry.answer)}`;
    case "timer":
      return new Date(entry.until).toISOString();
    case "once":
      return entry.key;
    case "child":
      return `${entry.flow} ${entry.run} ${entry.status}`;
    case "ended":
      return `${entry.status} ${entry.error ? `${entry.error.code} ${entry.error.message}` : json(entry.output)}`;
    case "cancelled":
      return entry.reason ?? "";
    default:
      return "";
  }
}

const json = (value: unknown): string => (value === undefined ? "" : JSON.stringify(toJson(value)));

/** @throws {FlowError} CLI_USAGE_INVALID */
export function wholeNumber(text: string, flag: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new FlowError("CLI_USAGE_INVALID", `${flag} is "${text}", which is no whole number.`, {
    hint: "Give 0 or more.",
  });
}
