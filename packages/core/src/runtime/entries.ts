/** Journal entries from what has arrived. */
import type {
  Arrival,
  AskedApproval,
  CallOutcome,
  Cancel,
  EntryOf,
  JournalEntry,
  NotedEntry,
  StoredMessage,
  Usage,
} from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import type { StatePatch } from "../state/index.js";
import { approvalKey, type OpenApproval } from "./open-approvals.js";

type Completed = Extract<JournalEntry, { type: "completed" }>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Completion extends Pick<Extract<CallOutcome, { type: "completed" }>, "output" | "labels"> {
  readonly at: number;
  readonly patches: readonly StatePatch[] | undefined;
  readonly approval: Completed["approval"];
  readonly usage: Usage | undefined;
}

interface Machine {
  readonly runId: string;
  nameOf(call: StepCallRecord): string;
}

/** Which call an entry is about. */
export function callPlace({ id, number, index, turn }: StepCallRecord, step: string) {
  return { call: id, step, number, ...(index !== undefined && { index }), ...(turn.length > 0 && { turn }) };
}

/** An approval as it is opened when its step completes. */
export function openedApproval(
  machine: Machine,
  call: StepCallRecord,
  { asked: { timeoutMs, ...asked }, at }: { readonly asked: AskedApproval; readonly at: number },
): NonNullable<Completed["approval"]> {
  return { id: approvalId(machine, call), ...asked, ...(timeoutMs !== undefined && { until: at + timeoutMs }) };
}

/** An approval that was open in the run that a fork comes from: its time begins anew. */
export function askedAnew(
  machine: Machine,
  call: StepCallRecord,
  { approval, at }: { readonly approval: OpenApproval; readonly at: number },
): EntryOf<"asked"> {
  const { prompt, schema, value, outcomes, timeoutMs } = approval;
  const step = machine.nameOf(call);
  const until = timeoutMs !== undefined && { until: at + timeoutMs };
  const asked = { id: approvalId(machine, call), prompt, schema, ...until, value, outcomes };
  return { type: "asked", at, ...callPlace(call, step), key: approvalKey, ...asked };
}

function approvalId(machine: Machine, call: StepCallRecord): string {
  return `${machine.runId}/${call.calledAs ?? machine.nameOf(call)}/${call.number}`;
}

/** Written out, not spread: this is what every step does. */
export function completedEntry(call: StepCallRecord, step: string, completion: Completion): Completed {
  const { id, number, turn } = call;
  const { at, output, labels, patches, approval, usage } = completion;
  const entry: Writable<Completed> = { type: "completed", at, call: id, step, number, output };
  if (turn.length > 0) entry.turn = turn;
  if (call.index !== undefined) entry.index = call.index;
  if (labels.length > 0) entry.labels = labels;
  if (patches && patches.length > 0) entry.patches = patches;
  if (approval) entry.approval = approval;
  if (usage) entry.usage = usage;
  return entry;
}

export function notedEntry(call: StepCallRecord, step: string, noted: Extract<Arrival, { type: "note" }>): NotedEntry {
  const { at, key, note } = noted;
  const place = callPlace(call, step);
  switch (note.kind) {
    case "once":
      return { type: "once", at, ...place, key, output: note.output, ...(note.usage && { usage: note.usage }) };
    case "timer":
      return { type: "timer", at, ...place, key, until: note.until };
    case "ask": {
      const { kind: _, answer: __, ...asked } = note;
      return { type: "asked", at, ...place, key, ...asked };
    }
    case "child": {
      const { kind: _, charged: __, status, ...child } = note;
      return { type: "child", at, ...place, key, ...child, status: status === "again" ? "started" : status };
    }
  }
}

export function messageEntry({ kind, name, payload, position }: StoredMessage, at: number): JournalEntry {
  if (kind === "signal") return { type: "signal", at, name, payload, position };
  if (kind === "answer" || kind === "child") return { type: "dropped", at, name, position };
  const { graceMs } = (payload ?? {}) as Cancel;
  return { type: "cancelled", at, position, ...(name && { reason: name }), ...(graceMs !== undefined && { graceMs }) };
}

export const cancelOf = ({ reason, graceMs }: Cancel): Cancel => ({
  ...(reason !== undefined && { reason }),
  ...(graceMs !== undefined && { graceMs }),
});
