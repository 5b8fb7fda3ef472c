/** What an arrival other than a call's outcome means to a run: the entry that it brings, if any. */
import type { Arrival, EntryOf, JournalEntry, StoredMessage } from "../ports/index.js";
import type { Scheduler, StepCallRecord } from "../scheduler/index.js";
import type { OpenChild, OpenQuestion } from "./call-notes.js";
import { callPlace, messageEntry, notedEntry } from "./entries.js";
import { labelFor } from "./open-approvals.js";
import type { OpenCalls } from "./open-calls.js";

/** What is looked at of a run. */
interface Machine {
  readonly scheduler: Scheduler;
  readonly calls: OpenCalls;
  readonly inboxRead: number;
  nameOf(call: StepCallRecord): string;
}

/** An entry, and the call that it is about. */
export interface Meaning {
  readonly entry: JournalEntry;
  readonly call?: StepCallRecord | undefined;
}

/** Undefined: it means nothing any more, or nothing that is to be kept. */
export function arrivalEntry(machine: Machine, arrival: Exclude<Arrival, { type: "call" }>): Meaning | undefined {
  switch (arrival.type) {
    case "message":
      return messageMeaning(machine, arrival.message, arrival.at);
    case "note":
      return noteMeaning(machine, arrival);
    case "expired": {
      const { at, call, key } = arrival;
      const asked = machine.calls.questions.find((question) => question.call === call && question.key === key);
      return asked && answered(machine, asked, { at, answer: { timedOut: true } });
    }
    case "child": {
      const { at, call, key } = arrival;
      const child = machine.calls.children.find((open) => open.call === call && open.key === key);
      return child && moved(machine, child, { at });
    }
    case "stop":
      if (machine.scheduler.stopping) return undefined;
      return { entry: { type: "cancelled", at: arrival.at, reason: arrival.reason } };
    default:
      return undefined;
  }
}

/** Nothing when the attempt that it comes from is over. */
function noteMeaning(machine: Machine, noted: Extract<Arrival, { type: "note" }>): Meaning | undefined {
  const call = machine.scheduler.call(noted.call);
  if (!call || !machine.calls.isRunning(noted.call, noted.attempt)) return undefined;
  return { entry: notedEntry(call, machine.nameOf(call), noted), call };
}

function messageMeaning(machine: Machine, message: StoredMessage, at: number): Meaning | undefined {
  const { kind, name, payload, position } = message;
  if (position <= machine.inboxRead) return undefined;
  const asked = kind === "answer" ? machine.calls.questions.find(({ note }) => note.id === name) : undefined;
  const child = kind === "child" ? machine.calls.children.find(({ note }) => note.run === name) : undefined;
  return (
    (child && moved(machine, child, { at, position })) ??
    (asked && answered(machine, asked, { at, answer: { value: payload }, position })) ?? {
      entry: messageEntry(message, at),
    }
  );
}

function answered(
  machine: Machine,
  { call: id, key, note }: OpenQuestion,
  how: Pick<EntryOf<"answered">, "at" | "answer" | "position">,
): Meaning | undefined {
  const call = machine.scheduler.call(id);
  if (!call) return undefined;
  const place = callPlace(call, machine.nameOf(call));
  const approval = machine.calls.approvals.get(id);
  const label = approval && { label: labelFor(approval, "value" in how.answer ? how.answer.value : undefined) };
  return { entry: { type: "answered", ...how, ...place, key, id: note.id, ...label }, call };
}

/** What a call waits for may have more to say: the call looks at it again. */
function moved(
  machine: Machine,
  { call: id, key, note }: OpenChild,
  how: Pick<EntryOf<"child">, "at" | "position">,
): Meaning | undefined {
  const call = machine.scheduler.call(id);
  if (!call) return undefined;
  const { run, flow } = note;
  return {
    entry: { type: "child", ...how, ...callPlace(call, machine.nameOf(call)), key, run, flow, status: "moved" },
    call,
  };
}
