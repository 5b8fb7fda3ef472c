/** `flow.runs.migrate`: stored runs brought to the code as it is now, with steps renamed and the state changed on the way. */
import { describeThrown, FlowError, nearest } from "../errors/index.js";
import { type FlowPlan, renamePlan } from "../plan/index.js";
import { type Batch, type Claim, type RunQuery, type RunRecord, thisOwner } from "../ports/index.js";
import { renameCalls } from "../scheduler/index.js";
import { allRuns } from "./all-runs.js";
import type { Engine } from "./engine.js";
import { renamedApprovals } from "./open-approvals.js";
import type { RunMachine } from "./run-machine.js";
import type { CurrentRun, RunChanges } from "./stored-runs.js";
import { waitsFor } from "./waits-for.js";

export interface MigrateOptions<S = unknown> {
  /** Only runs that go by this version, or by the plan with this hash. @default all */
  readonly from?: string;
  /** Steps and labels that bear another name now: `{ write: "draft" }`. */
  readonly rename?: Readonly<Record<string, string>>;
  /** The state to go on with, made of the stored one, which is frozen. Checked by the schema, whose defaults are filled in. */
  // biome-ignore lint/suspicious/noExplicitAny: what earlier code has stored is known to the author alone
  readonly state?: (old: any) => S;
}

/** Which runs to migrate: all that fit. */
export type MigrateQuery = Omit<RunQuery, "flow" | "limit" | "cursor">;

/**
 * What became of a run. `unchanged`: it has completed, does not go by `from`, or fits the code as it is. `refused`: as `error`
 * says; it is as it was.
 */
export type MigratedRun =
  | { readonly id: string; readonly status: "migrated" | "unchanged" }
  | { readonly id: string; readonly status: "refused"; readonly error: FlowError };

/** @throws {FlowError} why it is refused */
export async function migrateRun(engine: Engine, id: string, options: MigrateOptions): Promise<MigratedRun> {
  const before = await engine.own(id);
  const unchanged = { id, status: "unchanged" } as const;
  if (before.status === "completed" || !goesBy(before, options.from)) return unchanged;
  const claim = await engine.persistence.claim(id, thisOwner());
  let current: CurrentRun;
  try {
    const stored = await engine.persistence.load(id);
    const machine = await engine.stored.read(id, stored);
    if (machine.ended?.status === "completed") {
      await engine.giveBack(claim, { status: "completed" });
      return unchanged;
    }
    const record = stored?.record ?? before;
    current = await engine.stored.current(machine, record, changesFor(engine.flow.plan, record, options));
  } catch (error) {
    await engine.giveBack(claim, before);
    throw error;
  }
  const { machine, migration } = current;
  if (migration) await store(engine, claim, { before, machine, migration });
  else await engine.giveBack(claim, before);
  return migration ? { id, status: "migrated" } : unchanged;
}

/** One after the other; a run that is refused does not keep the next one. */
export async function migrateRuns(
  engine: Engine,
  query: MigrateQuery,
  options: MigrateOptions,
): Promise<readonly MigratedRun[]> {
  const { flow } = engine.flow.plan;
  const found: RunRecord[] = [];
  for await (const run of allRuns(engine.persistence, { ...query, flow }))
    if (run.status !== "completed") found.push(run);
  const migrated: MigratedRun[] = [];
  for (const { id } of found) {
    migrated.push(
      await migrateRun(engine, id, options).catch((error: unknown) => {
        if (!FlowError.is(error)) throw error;
        return { id, status: "refused", error } as const;
      }),
    );
  }
  return migrated;
}

const goesBy = ({ version, planHash }: RunRecord, from: string | undefined) =>
  from === undefined || version === from || planHash === from;

/** A run that goes by the code of now has its names already. */
function changesFor(plan: FlowPlan, record: RunRecord, { rename, state }: MigrateOptions): RunChanges {
  const isCurrent = record.planHash === plan.hash && record.version === plan.version;
  return {
    ...(state && { state: (old) => changed(state, old, record.id), stateIfNeeded: isCurrent }),
    ...(rename && record.planHash !== plan.hash && { renamed: (machine) => renamed(machine, plan, rename) }),
  };
}

function changed(state: (old: unknown) => unknown, old: unknown, runId: string): unknown {
  try {
    return state(old);
  } catch (error) {
    throw invalid(runId, `\`state\` threw for the state of run ${runId}: ${describeThrown(error).message}`, {
      hint: "It is given what the run has stored, which may lack what later code takes for granted.",
      cause: error,
    });
  }
}

function renamed(machine: RunMachine, plan: FlowPlan, rename: Readonly<Record<string, string>>) {
  const before = machine.flow.plan;
  const namesOf = ({ steps, labels }: FlowPlan) => [...steps, ...labels].map(({ name }) => name);
  const [old, now] = [namesOf(before), namesOf(plan)];
  const names = new Map(Object.entries(rename));
  for (const [from, to] of names) {
    const near = (name: string, known: readonly string[]) => nearest(name, known) ?? known.join(", ");
    if (!old.includes(from))
      throw invalid(
        machine.runId,
        `\`rename\` names "${from}", which the plan of run ${machine.runId} does not have.`,
        {
          hint: `Did you mean: ${near(from, old)}?`,
        },
      );
    if (!now.includes(to))
      throw invalid(machine.runId, `\`rename\` names "${to}", which flow "${plan.flow}" does not have.`, {
        hint: `Did you mean: ${near(to, now)}?`,
      });
    if (old.includes(to) || [...names.values()].filter((name) => name === to).length > 1)
      throw invalid(machine.runId, `\`rename\` gives "${from}" the name "${to}", which another step or label has.`, {
        hint: "Rename one to one, to names that the run's plan does not have.",
      });
  }
  const snapshot = machine.snapshot();
  const { approvals } = snapshot;
  return {
    plan: renamePlan(before, names),
    snapshot: {
      ...snapshot,
      scheduler: renameCalls(before, names, snapshot.scheduler),
      ...(approvals && { approvals: renamedApprovals(approvals, names) }),
    },
  };
}

const invalid = (runId: string, message: string, more: { hint: string; cause?: unknown }) =>
  new FlowError("RUN_MIGRATION_INVALID", message, { ...more, runId });

/** Stores it in the run's status of before. What came for the run meanwhile was left to whoever held it: then it is driven on. */
async function store(
  engine: Engine,
  claim: Claim,
  { before, machine, migration }: { before: RunRecord; machine: RunMachine; migration: Batch },
): Promise<void> {
  const waitingFor = before.status === "waiting" && waitsFor(machine);
  const rested = await engine.giveBack(claim, { status: before.status, ...(waitingFor && { waitingFor }) }, migration);
  if (!rested && before.status === "waiting") await engine.driveQuietly(claim.runId);
}
