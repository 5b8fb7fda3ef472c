/**
 * What listeners of a flow are told: plain data, one discriminated union. Events of things that a journal keeps come after
 * they are durable. `seq` counts the events of a run from 1 in the process that drives it.
 */
import type { ErrorData } from "../errors/index.js";
import type { StatePatch } from "../state/index.js";
import type { ParentCall, RunPosition, RunStatus } from "./journal.js";
import type { Answer } from "./question.js";
import type { Usage } from "./usage.js";
import type { WaitingFor } from "./waiting-for.js";

interface EventBase {
  readonly seq: number;
  readonly runId: string;
  readonly flow: string;
  /** ms since the epoch */
  readonly at: number;
  /** Of a run that another run has started: the calls that it is inside of, the outermost first. */
  readonly path?: readonly ParentCall[];
  /** Of what the journal keeps: the position of its entry. Several events may stand for one entry. */
  readonly position?: number;
}

/** Which call of which step. */
interface CallEvent extends EventBase {
  readonly step: string;
  /** Position among the step's calls in this run, from 1. */
  readonly number: number;
  /** Of a `forEach` step: the position of the element in its list, from 0. */
  readonly index?: number;
  readonly attempt: number;
}

export type FlowEvent =
  | (EventBase & { readonly type: "run.created"; readonly inputs: unknown })
  | (EventBase & { readonly type: "run.started"; readonly inputs: unknown })
  /** A run was made from another one; nobody drives it yet. */
  | (EventBase & { readonly type: "run.forked"; readonly from: RunPosition })
  | (EventBase & { readonly type: "run.resumed"; readonly from: RunStatus })
  | (EventBase & { readonly type: "run.waiting"; readonly waitingFor: readonly WaitingFor[] })
  | (EventBase & { readonly type: "run.completed"; readonly output: unknown; readonly usage?: Usage })
  | (EventBase & { readonly type: "run.failed"; readonly error: ErrorData; readonly usage?: Usage })
  | (EventBase & { readonly type: "run.cancelled"; readonly reason?: string; readonly usage?: Usage })
  /** The caller has given the run up as it stands, by its `stopSignal`: whoever resumes it goes on. */
  | (EventBase & { readonly type: "run.stopped" })
  /** This process can't go on with the run, which stands at its last commit: a commit failed, or the claim was lost. */
  | (EventBase & { readonly type: "run.abandoned"; readonly error: ErrorData })
  | (CallEvent & { readonly type: "step.started"; readonly trigger: string; readonly payload: unknown })
  | (CallEvent & {
      readonly type: "step.completed";
      readonly output: unknown;
      /** What a router returned. */
      readonly labels?: readonly string[];
      readonly durationMs: number;
      /** What it has told by `addUsage`, with what runs that it has started have used. */
      readonly usage?: Usage;
    })
  | (CallEvent & { readonly type: "step.skipped" })
  | (CallEvent & {
      readonly type: "step.failed";
      readonly error: ErrorData;
      readonly durationMs: number;
      readonly usage?: Usage;
    })
  | (CallEvent & {
      readonly type: "step.retrying";
      readonly error: ErrorData;
      readonly retryAt: number;
      readonly durationMs: number;
      readonly usage?: Usage;
    })
  /** The call has lost a race; what its code still does counts for nothing. */
  | (EventBase & { readonly type: "step.aborted"; readonly step: string; readonly number: number })
  | (CallEvent & { readonly type: "output.chunk"; readonly chunk: unknown })
  | (CallEvent & { readonly type: "timer.set"; readonly key: string; readonly until: number })
  | (CallEvent & { readonly type: "timer.fired"; readonly key: string })
  | (CallEvent & {
      readonly type: "ask.requested";
      readonly id: string;
      readonly prompt: string;
      /** JSON Schema */
      readonly schema: unknown;
      readonly until?: number;
      /** What it is about: of an approval, what is to be decided on. */
      readonly value?: unknown;
      /** Of an approval: the outcomes that there are. */
      readonly outcomes?: readonly string[];
    })
  | (CallEvent & { readonly type: "ask.answered"; readonly id: string; readonly answer: Answer })
  | (EventBase & {
      readonly type: "route.taken";
      readonly step: string;
      readonly label: string;
      readonly payload: unknown;
    })
  | (EventBase & { readonly type: "route.unheard"; readonly step: string; readonly label: string })
  /** An `or` had made its call of this turn already. */
  | (EventBase & { readonly type: "trigger.ignored"; readonly step: string; readonly trigger: string })
  | (EventBase & {
      readonly type: "join.starved";
      readonly step: string;
      readonly held: readonly string[];
      readonly missing: readonly string[];
    })
  | (EventBase & { readonly type: "state.changed"; readonly step: string; readonly patches: readonly StatePatch[] })
  | (EventBase & { readonly type: "signal.received"; readonly name: string; readonly payload: unknown });

export type FlowEventType = FlowEvent["type"];
export type FlowEventOf<T extends FlowEventType> = Extract<FlowEvent, { readonly type: T }>;

/** A FlowEvent as its maker writes it: the bus adds the rest. */
export type FlowEventBody = FlowEvent extends infer E
  ? E extends FlowEvent
    ? Omit<E, keyof EventBase> & { readonly at?: number }
    : never
  : never;

/** What only the process knows that drives a run. */
type LiveEventType = "run.waiting" | "run.stopped" | "run.abandoned" | "step.started" | "output.chunk" | "timer.fired";

/**
 * An event out of a run's journal: the same in every process and at any time. How long an attempt took is not kept.
 * `seq` orders the events of a run and tells them apart, with gaps.
 */
export type JournaledEvent = FlowEvent extends infer E
  ? E extends { readonly type: LiveEventType }
    ? never
    : E extends FlowEvent
      ? Omit<E, "durationMs" | "position"> & { readonly position: number }
      : never
  : never;

/** A JournaledEvent without what is the same for all of its entry and run. */
export type JournaledEventBody = JournaledEvent extends infer E
  ? E extends JournaledEvent
    ? Omit<E, keyof EventBase> & { readonly at: number }
    : never
  : never;
