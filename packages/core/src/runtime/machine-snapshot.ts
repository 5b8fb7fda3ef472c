import type { ErrorData } from "../errors/index.js";
import type { Cancel, JournalEntry, ParentCall, Usage } from "../ports/index.js";
import type { SchedulerSnapshot } from "../scheduler/index.js";
import type { OpenCallsData } from "./open-calls.js";
import { weigh } from "./snapshot-pace.js";

/** A RunMachine as plain data: with it, opening a run costs the entries since, however long the run has been. */
export interface MachineSnapshot extends OpenCallsData {
  readonly seq: number;
  readonly inboxRead: number;
  readonly failure?: ErrorData;
  readonly cancelled?: Cancel;
  /** Of a run that had ended when its code was changed. */
  readonly ended?: Extract<JournalEntry, { type: "ended" }>;
  /** What attempts that have ended have used. Absent: none was told. */
  readonly usage?: Usage;
  /** Of a run that another one has started. */
  readonly path?: readonly ParentCall[];
  /** What the run was started with: where its flow's steps read it, or has a schema of its own for it, or it is small. */
  readonly inputs?: unknown;
  readonly state: unknown;
  readonly scheduler: SchedulerSnapshot;
  /** Without a second element: the output is undefined. */
  readonly outputs: readonly (readonly [step: number, output?: unknown])[];
}

/** Of a flow's definition. */
interface Kept {
  readonly keepsInputs?: boolean;
  readonly inputs?: unknown;
}

/** In characters, about. */
const smallInputs = 10_000;

/** What is looked at of a run. */
interface Machine extends Pick<MachineSnapshot, "seq" | "inboxRead"> {
  readonly failure: MachineSnapshot["failure"] | undefined;
  readonly cancelled: MachineSnapshot["cancelled"] | undefined;
  readonly ended: MachineSnapshot["ended"] | undefined;
  readonly path: MachineSnapshot["path"] | undefined;
  readonly settledUsage: MachineSnapshot["usage"] | undefined;
  readonly flow: { readonly definition: Kept };
  readonly inputs: unknown;
  readonly state: { readonly unsealed: unknown };
  readonly scheduler: { snapshot(): SchedulerSnapshot };
  readonly outputs: ReadonlyMap<number, unknown>;
  readonly calls: { toJSON(): OpenCallsData };
}

/** Of a flow without a schema of its own for inputs they are a part of the initial state: large ones would be kept twice. */
function keepsInputs({ keepsInputs, inputs: schema }: Kept, inputs: unknown): boolean {
  return keepsInputs === true || schema !== undefined || weigh(inputs, smallInputs) < smallInputs;
}

/** What stands for all entries of a run so far. */
export function snapshotOf(machine: Machine): MachineSnapshot {
  const { seq, inboxRead, flow, inputs, state, scheduler, outputs, calls } = machine;
  const { failure, cancelled, ended, path, settledUsage: usage } = machine;
  return {
    seq,
    inboxRead,
    ...(failure && { failure }),
    ...(cancelled && { cancelled }),
    ...(ended && { ended }),
    ...(path && { path }),
    ...(usage && { usage }),
    ...(inputs !== undefined && keepsInputs(flow.definition, inputs) && { inputs }),
    state: state.unsealed,
    scheduler: scheduler.snapshot(),
    outputs: listed(outputs),
    ...calls.toJSON(),
  };
}

/** In a plain loop: a long run comes by here again and again, with as many results as it has steps. */
function listed(outputs: Machine["outputs"]): MachineSnapshot["outputs"] {
  const list: (readonly [number, unknown?])[] = [];
  outputs.forEach((output, step) => {
    list.push(output === undefined ? [step] : [step, output]);
  });
  return list;
}
