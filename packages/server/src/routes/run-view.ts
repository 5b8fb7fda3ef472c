/** A run as answers show it. */
import { FlowError, type JournalEntry, type RunRecord, type Usage } from "millrace";
import type { Access } from "../auth/index.js";
import type { HostedFlow, RefusedRun } from "../host/index.js";
import {
  errorsFor,
  type Problem,
  type ProblemOptions,
  problemOf,
  type RouteServer,
  type ServerContext,
  toldJson,
} from "../http/index.js";

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
  /** Of one that could not be taken up here, and stands where it stood. */
  readonly refused?: { readonly error: Problem; readonly since: Date; readonly nextTry: Date };
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

export interface RunViewOptions {
  readonly hosted: HostedFlow;
  readonly context: ServerContext;
  readonly server: RouteServer;
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
  record: RunRecord,
  { hosted: { flow, name }, context, server }: RunViewOptions,
): Promise<RunView> {
  const options = errorsFor(context, server, name);
  const { id, status, position } = record;
  const ended = status === "running" || status === "waiting" ? undefined : await endOf(flow, { id, position });
  const refused = server.host.refused.get(id);
  // what can't be read of it is why it was refused
  const usage = refused ? {} : await flow.runs.usage(id);
  return {
    ...recordView(record, context.get("access")),
    ...(ended?.output !== undefined && { output: toldJson(ended.output, options) }),
    ...(ended?.error && { error: problemOf(FlowError.fromJSON(ended.error), options) }),
    ...(refused && !ended && { refused: refusedView(refused, options) }),
    ...(Object.keys(usage).length > 0 && { usage }),
  };
}

function refusedView({ error, since, nextTry }: RefusedRun, options: ProblemOptions): NonNullable<RunView["refused"]> {
  return { error: problemOf(error, options), since: new Date(since), nextTry: new Date(nextTry) };
}

type Ended = Extract<JournalEntry, { type: "ended" }>;

/** Messages that came too late may stand behind it. */
async function endOf(
  flow: HostedFlow["flow"],
  { id, position }: { id: string; position: number },
): Promise<Ended | undefined> {
  const rows = await flow.runs.history(id, { after: Math.max(0, position - 20), withoutState: true });
  return rows.map(({ entry }) => entry).findLast((entry): entry is Ended => entry.type === "ended");
}
