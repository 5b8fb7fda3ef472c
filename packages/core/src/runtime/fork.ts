/**
 * Forks: a stored run is opened as it stood at some position, given another state, and stored as the first entry of a run of its
 * own, which nobody drives yet.
 */
import { FlowError, listProblems, type ValueProblem } from "../errors/index.js";
import { type CallNote, type NewRun, type RunRecord, runNotFound, thisOwner } from "../ports/index.js";
import { CallState, FlowState, finishForState, finishValue } from "../state/index.js";
import type { Engine } from "./engine.js";
import { journaledInputs } from "./first-inputs.js";
import type { MachineSnapshot } from "./machine-snapshot.js";
import { type JournalPosition, loadMoment } from "./moments.js";
import { forkedApprovals } from "./open-approvals.js";
import { newRunId } from "./run-id.js";
import type { RunMachine } from "./run-machine.js";
import { RunReporter } from "./run-reporter.js";

/** Fields to be put over the state, or a function that changes what it is given, or answers another one. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that changes the state in place returns nothing
export type StateEdit<S> = Partial<S> | ((state: S) => S | void);

export interface ForkOptions<S = unknown> {
  /** Where the new run begins. @default where the other one stands now */
  readonly at?: JournalPosition;
  /** What is to be different in its state. */
  readonly state?: StateEdit<S>;
  /** The new run's id. @default a new one */
  readonly id?: string;
}

/** @throws {FlowError} as `Runs.fork` */
export async function forkRun(
  engine: Engine,
  from: string,
  { at, state, id = newRunId() }: ForkOptions,
): Promise<RunRecord> {
  const { persistence, flow, stored, clock } = engine;
  await engine.own(from);
  const moment = await loadMoment(persistence, from, at);
  // opened under its own id: it has an inbox of its own, which is empty
  const found = await stored.read(id, moment);
  found.path = undefined;
  found.state = new FlowState(editedState(found, { from, state }), found.flow.rules);
  const { machine } = await stored.current(found, moment.record);
  const { version, hash: planHash, flow: name } = flow.plan;
  const origin = { run: from, position: moment.position };
  const now = clock.now();
  // whatever code made the original: that of now, or of later, may read them
  const inputs = machine.inputs ?? (await journaledInputs(persistence, from));
  const own = { ...(inputs !== undefined && { inputs }), seq: 1, inboxRead: 0 };
  const data = { ...withoutOthers(machine.snapshot()), ...own };
  const entry = { type: "forked", at: now, from: origin, data } as const;
  const run: NewRun = {
    id,
    flow: name,
    version,
    planHash,
    plan: flow.plan,
    createdAt: now,
    owner: thisOwner(),
    forkedFrom: origin,
    rest: restOf(machine),
    rows: [{ seq: 1, entry }],
  };
  await persistence.create(run);
  new RunReporter(machine, [engine.events], clock).forked(entry);
  const record = await persistence.get(id);
  if (!record) throw runNotFound(id);
  return record;
}

/**
 * Open questions, and children that have not completed, stay the other run's: the fork and its steps ask and start their own, with
 * what they have noted before. The fork itself is no child, and has used nothing.
 */
function withoutOthers({
  notes = [],
  parked: _,
  asleep: __,
  leaving: _leaving,
  left: _left,
  path: ___,
  parent: ____,
  usage: _____,
  approvals,
  ...data
}: MachineSnapshot): MachineSnapshot {
  const kept = notes
    .map(([call, noted]) => [call, noted.filter(([, note]) => isOver(note)).map(unpaid)] as const)
    .filter(([, noted]) => noted.length > 0);
  return {
    ...data,
    ...(kept.length > 0 && { notes: kept }),
    ...(approvals && { approvals: forkedApprovals(approvals) }),
  };
}

function unpaid([key, note]: readonly [string, CallNote]): readonly [string, CallNote] {
  if (note.kind !== "child" && note.kind !== "once") return [key, note];
  const { usage: _, charged: __, ...unpaid } = note;
  return [key, unpaid];
}

function isOver(note: CallNote): boolean {
  if (note.kind === "child") return note.status === "completed";
  return note.kind !== "ask" || note.answer !== undefined;
}

/** A fork of an ended run has ended like it; any other waits to be resumed. */
function restOf({ ended, scheduler }: RunMachine): NonNullable<NewRun["rest"]> {
  if (ended) return { status: ended.status };
  const idle = scheduler.openCount === 0 && !scheduler.stopping;
  return { status: "waiting", waitingFor: idle ? scheduler.awaited() : [] };
}

function editedState(
  { state, flow }: RunMachine,
  { from, state: edit }: { readonly from: string; readonly state: StateEdit<object> | undefined },
): unknown {
  const { schema } = flow.rules;
  const fitted = schema?.fit(state.unsealed);
  if (edit === undefined && fitted?.problems) throw invalidState(from, fitted.problems);
  // what does not fit as it is may be what the edit mends
  const base = fitted && !fitted.problems ? finishForState(fitted.value, []) : state.unsealed;
  if (edit === undefined) return base;
  const edited = finishForState(applyEdit(base, edit), []);
  const problems = schema?.check(edited, [{ op: "set", path: [], value: edited }]);
  if (problems) throw invalidState(from, problems);
  return edited;
}

function applyEdit(root: unknown, edit: StateEdit<object>): unknown {
  if (typeof edit !== "function") return { ...(root as object), ...edit };
  const call = new CallState(root, 0, 0);
  try {
    const answer: unknown = edit(call.draft as object);
    if (typeof answer !== "object" || answer === null) return call.finish()?.root ?? root;
    const edited = finishValue(answer, "the edited state");
    call.discard();
    return edited;
  } catch (error) {
    call.discard();
    throw error;
  }
}

function invalidState(from: string, problems: readonly ValueProblem[]): FlowError {
  const listed = listProblems(problems, "(all of it)");
  return new FlowError("STATE_INVALID", `The state of a fork of run ${from} does not fit its schema: ${listed}`, {
    hint: "Give what fits by the option `state`; nothing was stored.",
    runId: from,
    details: { problems },
  });
}
