/**
 * The events that an entry of a journal stands for. One mapping for both: a run that is driven here tells them when the entry
 * is stored, and whoever reads the journal later gets the same ones.
 */
import type { ReturnedLabel } from "../definition/index.js";
import type { EntryOf, FlowEventOf, JournalEntry, JournaledEventBody, RunStatus, Usage } from "../ports/index.js";
import type { SchedulerCommand, StepCallRecord } from "../scheduler/index.js";
import { askedBy } from "./questions-of.js";
import type { Advance, RunMachine } from "./run-machine.js";

/** Which call of which step an event is about. */
export type CallPlace = Pick<FlowEventOf<"step.skipped">, "step" | "number" | "index" | "attempt">;

/** An entry that was taken in, and how the run stood that it has taken up. */
export type TakenEntry = Advance & { readonly from?: RunStatus };

/** In order. They say what the entry says and what the scheduler makes of it, nothing of who drove the run. */
export function entryEvents(machine: RunMachine, { entry, commands, ...about }: TakenEntry): JournaledEventBody[] {
  const call = about.call && callPlace(machine, about.call, about.attempt ?? 1);
  const { at } = entry;
  const events = call ? callEvents(machine, entry, call) : runEvents(machine, entry, about.from);
  for (const command of commands) {
    const notice = noticeOf(machine, command, at);
    if (notice) events.push(notice);
  }
  return entry.type === "ended" ? [...events, endEvent(machine, entry)] : events;
}

export function callPlace(
  { flow }: Pick<RunMachine, "flow">,
  { step, number, index }: StepCallRecord,
  attempt: number,
): CallPlace {
  return { step: flow.plan.steps[step]!.name, number, ...(index !== undefined && { index }), attempt };
}

function runEvents(_: RunMachine, entry: JournalEntry, from: RunStatus = "running"): JournaledEventBody[] {
  const { at } = entry;
  switch (entry.type) {
    case "started": {
      const { inputs } = entry;
      return [
        { type: "run.created", at, inputs },
        { type: "run.started", at, inputs },
      ];
    }
    case "forked":
      return [{ type: "run.forked", at, from: entry.from }];
    case "resumed":
      return [{ type: "run.resumed", at, from }];
    case "signal":
      return [{ type: "signal.received", at, name: entry.name, payload: entry.payload }];
    default:
      return [];
  }
}

function callEvents(machine: RunMachine, entry: JournalEntry, call: CallPlace): JournaledEventBody[] {
  const { at } = entry;
  switch (entry.type) {
    case "completed": {
      const { output, labels, patches, approval } = entry;
      const returned = labels && { labels: labels.map(({ label }) => label) };
      const events: JournaledEventBody[] = [
        { type: "step.completed", at, ...call, output, ...returned, ...usageIn(entry) },
      ];
      if (patches) events.push({ type: "state.changed", at, step: call.step, patches });
      if (labels) for (const label of labels) events.push(...routed(machine, { step: call.step, at }, label));
      if (approval) events.push(asked(entry, call));
      return events;
    }
    case "skipped":
      return [{ type: "step.skipped", at, ...call }];
    case "asked":
      return [asked(entry, call)];
    case "answered": {
      const { id, answer, label } = entry;
      const event = { type: "ask.answered", at, ...call, id, answer } as const;
      return label ? [event, ...routed(machine, { step: call.step, at }, { payload: undefined, ...label })] : [event];
    }
    case "timer":
      return [{ type: "timer.set", at, ...call, key: entry.key, until: entry.until }];
    case "attempt-failed": {
      const { error, retryAt } = entry;
      return [{ type: "step.retrying", at, ...call, error, retryAt, ...usageIn(entry) }];
    }
    case "failed":
      return [{ type: "step.failed", at, ...call, error: entry.error, ...usageIn(entry) }];
    default:
      return [];
  }
}

function endEvent(machine: RunMachine, { at, status, output, error }: EntryOf<"ended">): JournaledEventBody {
  const { cancelled, usage } = machine;
  const used = usage && { usage };
  if (status === "completed") return { type: "run.completed", at, output, ...used };
  if (status === "failed") return { type: "run.failed", at, error: error!, ...used };
  const reason = cancelled?.reason !== undefined && { reason: cancelled.reason };
  return { type: "run.cancelled", at, ...reason, ...used };
}

function asked(entry: JournalEntry, call: CallPlace): JournaledEventBody {
  const { id, prompt, schema, until, value, outcomes } = askedBy(entry)!;
  const subject = { ...(value !== undefined && { value }), ...(outcomes && { value, outcomes }) };
  const rest = { ...(until !== undefined && { until }), ...subject };
  return { type: "ask.requested", at: entry.at, ...call, id, prompt, schema, ...rest };
}

function routed(
  { flow }: RunMachine,
  about: { readonly step: string; readonly at: number },
  { label, payload }: ReturnedLabel,
): JournaledEventBody[] {
  const taken = { type: "route.taken", ...about, label, payload } as const;
  return flow.labelNumbers.has(label) ? [taken] : [taken, { type: "route.unheard", ...about, label }];
}

function noticeOf({ flow }: RunMachine, command: SchedulerCommand, at: number): JournaledEventBody | undefined {
  if (command.type === "call") return undefined;
  const { steps, labels } = flow.plan;
  const step = steps[command.step]!.name;
  switch (command.type) {
    case "abort":
      return { type: "step.aborted", at, step, number: command.number };
    case "ignored":
      return { type: "trigger.ignored", at, step, trigger: command.trigger };
    case "unheard":
      return { type: "route.unheard", at, step, label: labels[command.label]!.name };
    case "starved":
      return { type: "join.starved", at, step, held: command.held, missing: command.missing };
  }
}

const usageIn = ({ usage }: { readonly usage?: Usage }) => usage && { usage };
