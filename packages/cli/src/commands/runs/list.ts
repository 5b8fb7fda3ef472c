import { FlowError, nearest, type RunQuery, type RunRecord, type RunStatus, type WaitingFor } from "millrace";
import { exitCodes } from "../../output/exit-codes.js";
import { when, writeTable } from "../../output/table.js";
import type { CommandContext } from "../context.js";
import { wholeNumber } from "./events.js";

export interface ListFlags {
  readonly flow?: string;
  readonly status?: readonly string[];
  readonly session?: string;
  readonly parent?: string;
  readonly limit?: string;
  readonly before?: string;
}

const statuses: readonly RunStatus[] = ["running", "waiting", "completed", "failed", "cancelled"];

/** `millrace runs list`: a page of the stored runs, newest first. */
export async function list(context: CommandContext, flags: ListFlags) {
  const { out, project, again } = context;
  const persistence = await project.persistence({ mustExist: true });
  const { runs, next } = await persistence.list(queryOf(flags));
  out.object({ ok: true, runs, ...(next !== undefined && { next }) });
  if (out.mode !== "text") return exitCodes.completed;
  const important = ["run", "status", "flow", "waits for", "updated"];
  const head = ["run", "flow", "status", "created", "updated", "waits for"];
  writeTable({ head, rows: runs.map(rowOf), important }, out);
  if (runs.length === 0) out.note("No runs.");
  if (next !== undefined) out.note(`More: ${again("runs", "list", ...flagsOf(flags), "--before", next)}`);
  return exitCodes.completed;
}

function rowOf({ id, flow, status, createdAt, updatedAt, waitingFor = [] }: RunRecord): readonly string[] {
  return [
    id,
    flow,
    status,
    when(createdAt),
    when(updatedAt),
    (waitingFor as readonly WaitingFor[]).map(shortly).join(" "),
  ];
}

/** What is waited for, in a word. */
export function shortly({ kind, name, ...waiting }: WaitingFor): string {
  if (kind === "timer" && "until" in waiting) return `timer:${when(waiting.until)}`;
  return `${kind}:${name}`;
}

function queryOf({ flow, status, session, parent, limit, before }: ListFlags): RunQuery {
  return {
    ...(flow !== undefined && { flow }),
    ...(status && { status: statusesOf(status) }),
    ...(session !== undefined && { session }),
    ...(parent !== undefined && { parent }),
    limit: limit === undefined ? 20 : wholeNumber(limit, "--limit"),
    ...(before !== undefined && { cursor: before }),
  };
}

/**
 * Several, also in one text with commas.
 * @throws {FlowError} CLI_USAGE_INVALID – one is no status
 */
export function statusesOf(given: readonly string[]): readonly RunStatus[] {
  const names = given.flatMap((text) => text.split(",")).filter(Boolean);
  const wrong = names.find((name) => !statuses.includes(name as RunStatus));
  if (wrong === undefined) return names as RunStatus[];
  const meant = nearest(wrong, statuses);
  throw new FlowError("CLI_USAGE_INVALID", `"${wrong}" is no status of a run.`, {
    hint: meant === undefined ? `There are: ${statuses.join(", ")}.` : `Did you mean "${meant}"?`,
  });
}

function flagsOf({ before: _, ...flags }: ListFlags): readonly string[] {
  const { flow, status = [], session, parent, limit } = flags;
  const single = Object.entries({ flow, session, parent, limit }).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key}`, value],
  );
  return [...single, ...status.flatMap((one) => ["--status", one])];
}
