/** A run of the folder, as it stands in its file: what can be told of it without the folder. */
import * as m from "millrace";

/** A run, as it stands in its file. */
export interface RunFile extends Omit<m.NewRun, "previous" | "rest" | "owner"> {
  /** Among all runs, in the order of creation. */
  readonly order: number;
  readonly epoch: number;
  readonly owner?: m.RunOwner;
  readonly status: m.RunStatus;
  readonly waitingFor?: readonly unknown[];
  readonly position: number;
  readonly snapshot?: m.Snapshot;
  readonly inbox: readonly m.StoredMessage[];
  readonly inboxRead: number;
  readonly questions: readonly m.Question[];
}

export const isOver = ({ status }: Pick<RunFile, "status">): boolean => status !== "running" && status !== "waiting";

export const stands = (run: RunFile | undefined, { epoch }: m.Claim): boolean =>
  run?.owner !== undefined && run.epoch === epoch;

export const newestFirst = (a: m.RunPlace, b: m.RunPlace): number => b.createdAt - a.createdAt || b.order - a.order;

export const inSession = (
  files: readonly RunFile[],
  { flow, session }: Pick<RunFile, "flow" | "session">,
): RunFile[] => (session === undefined ? [] : files.filter((run) => run.flow === flow && run.session === session));

export const nextOf = (found: readonly RunFile[], limit: number): { next?: string } =>
  found.length > limit ? { next: m.runCursor(found[limit - 1]!) } : {};

export function recordOf({
  rows,
  snapshot: _1,
  inbox: _2,
  questions: _3,
  owner,
  epoch: _4,
  order: _5,
  plan: _6,
  ...run
}: RunFile): m.RunRecord {
  return {
    ...run,
    updatedAt: rows.at(-1)?.entry.at ?? run.createdAt,
    owned: owner !== undefined && !m.ownerIsDead(owner),
  };
}

/** The run after a batch. */
export function appended(run: RunFile, { rows, snapshot, questions, inboxRead = 0, plan }: m.Batch): RunFile {
  if (rows.some(({ seq }, i) => seq !== run.position + i + 1))
    throw new m.FlowError("INTERNAL", `Run "${run.id}" was given entries that do not follow on entry ${run.position}.`);
  const closed = new Set([...(questions?.closed ?? []), ...(questions?.opened ?? []).map(({ id }) => id)]);
  const open = run.questions.filter(({ id }) => !closed.has(id));
  const { planHash, version } = plan ?? run;
  return {
    ...run,
    planHash,
    version,
    rows: [...run.rows, ...rows],
    position: run.position + rows.length,
    inboxRead: Math.max(run.inboxRead, inboxRead),
    questions: [...open, ...(questions?.opened ?? []).filter(({ id }) => !questions?.closed.includes(id))],
    ...(snapshot && { snapshot }),
  };
}

/** When it could go on by itself, ms since the epoch. */
export function dueAt(run: RunFile, all: ReadonlyMap<string, RunFile>): number {
  if (run.status === "running") return run.owner && !m.ownerIsDead(run.owner) ? Number.POSITIVE_INFINITY : 0;
  if (run.inbox.length > run.inboxRead) return 0;
  const { at, runs } = m.wakesOf(run.waitingFor);
  const children = runs.flatMap((id) => all.get(id) ?? []);
  return Math.min(at, ...children.map((child) => (child.status === "waiting" ? dueAt(child, all) : 0)));
}

/** Whether a query asks for the run. */
export function isAsked(
  run: RunFile,
  { from = 0, to = Number.POSITIVE_INFINITY, ...query }: Omit<m.ReadRunQuery, "limit">,
) {
  const { statuses, after } = query;
  return (
    (["flow", "session", "parent"] as const).every((key) => (query[key] ?? run[key]) === run[key]) &&
    (["forkedFrom", "continues"] as const).every((key) => (query[key] ?? run[key]?.run) === run[key]?.run) &&
    (statuses?.includes(run.status) ?? true) &&
    run.createdAt >= from &&
    run.createdAt < to &&
    (!after || newestFirst(after, run) < 0)
  );
}
