/** A run as answers show it. */
import { type ErrorData, FlowError, type JournalEntry, type RunRecord, type Usage } from "millrace";
import type { Access } from "../auth/index.js";
import type { AnyFlow } from "../host/index.js";
import { type Problem, type ProblemOptions, problemOf } from "../http/index.js";

export interface RunView {
  readonly id: string;
  readonly flow: string;
  readonly status: RunRecord["status"];
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
  /** Of a run that has completed. */
  readonly output?: unknown;
  /** Of one that has failed. */
  readonly error?: Problem;
  /** Of one that waits. */
  readonly waitingFor?: readonly unknown[];
  readonly usage?: Usage;
  /** As who asks knows it. */
  readonly session?: string;
  readonly parent?: string;
  readonly forkedFrom?: RunRecord["forkedFrom"];
  readonly continues?: RunRecord["continues"];
  /** Entries that its journal has. */
  readonly position?: number;
}

export interface RunViewOptions extends ProblemOptions {
  readonly access: Access;
}

export function recordView(record: RunRecord, access: Access): RunView {
  const { id, flow, status, createdAt, updatedAt, waitingFor, parent, forkedFrom, continues, position } = record;
  return {
    id,
    flow,
    status,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    ...(status === "waiting" && waitingFor && { waitingFor }),
    ...(record.session !== undefined && { session: access.local(record.session) }),
    ...(parent !== undefined && { parent }),
    ...(forkedFrom && { forkedFrom }),
    ...(continues && { continues }),
    position,
  };
}

/** The same, with what has come of it. */
export async function runView(
  flow: AnyFlow,
  record: RunRecord,
  { access, exposeErrors = false }: RunViewOptions,
): Promise<RunView> {
  const { id, status, position } = record;
  const ended = status === "running" || status === "waiting" ? undefined : await endOf(flow, { id, position });
  const usage = await flow.runs.usage(id);
  return {
    ...recordView(record, access),
    ...(ended?.output !== undefined && { output: ended.output }),
    ...(ended?.error && { error: errorView(ended.error, { exposeErrors }) }),
    ...(Object.keys(usage).length > 0 && { usage }),
  };
}

/** An error that a journal or an event holds, as outsiders may see it. */
export function errorView(error: ErrorData, options: ProblemOptions): Problem {
  return problemOf(FlowError.fromJSON(error), options);
}

type Ended = Extract<JournalEntry, { type: "ended" }>;

/** Messages that came too late may stand behind it. */
async function endOf(flow: AnyFlow, { id, position }: { id: string; position: number }): Promise<Ended | undefined> {
  const rows = await flow.runs.history(id, { after: Math.max(0, position - 20) });
  return rows.map(({ entry }) => entry).findLast((entry): entry is Ended => entry.type === "ended");
}
