/**
 * The journal: a run's ordered entries. A run is exactly what its entries say; replaying them gives the live state.
 * Values in entries are finished (frozen, storable: see `encodeEntry`), never drafts.
 */
import type { ErrorData } from "../errors/index.js";
import type { StatePatch } from "../state/index.js";
import type { Answer, AskedApproval } from "./question.js";
import type { Usage } from "./usage.js";
import type { WaitingFor } from "./waiting-for.js";

/** Which call an entry is about. */
interface CallEntry {
  readonly at: number;
  /** Position among all calls of the run, from 1. */
  readonly call: number;
  readonly step: string;
  /** Position among the calls of the step, from 1. */
  readonly number: number;
  /** Of a `forEach` step: the position of the element in its list, from 0. */
  readonly index?: number;
  /** The rounds of the loops that it carries, `[loop, round, …]` by the plan's loop numbers; absent outside loops. */
  readonly turn?: readonly number[];
}

export type JournalEntry =
  | {
      readonly type: "started";
      readonly at: number;
      /** What start steps are given. */
      readonly inputs: unknown;
      /** The initial state, whole. */
      readonly state: unknown;
      /** Of a run that `this.runFlow` has started: the calls that it is inside of, the outermost first. */
      readonly path?: readonly ParentCall[];
    }
  | (CallEntry & {
      readonly type: "completed";
      readonly output: unknown;
      /** Labels by name, in the order returned; absent when there are none. */
      readonly labels?: readonly { readonly label: string; readonly payload: unknown }[];
      /** What the attempt has used, with its `once` and runs that it has started; absent where it said nothing. */
      readonly usage?: Usage;
      /** Rebased and checked; absent when the state did not change. */
      readonly patches?: readonly StatePatch[];
      /** The output is put before a human: a question is open from now on, and its answer brings the label. */
      readonly approval?: Omit<AskedApproval, "timeoutMs"> & { readonly id: string; readonly until?: number };
    })
  | (CallEntry & { readonly type: "skipped" })
  | (CallEntry & {
      readonly type: "attempt-failed";
      readonly attempt: number;
      readonly error: ErrorData;
      readonly usage?: Usage;
      /** What it leaves, should the run be stopped before the next attempt. Absent: nothing. */
      readonly left?: CallLeft;
      /** When the next attempt is due, ms since the epoch. */
      readonly retryAt: number;
    })
  /** What `this.once` has brought, before the call has completed, and what was used for it. */
  | (CallEntry & { readonly type: "once"; readonly key: string; readonly output: unknown; readonly usage?: Usage })
  /** `this.sleep`: until when, ms since the epoch. */
  | (CallEntry & { readonly type: "timer"; readonly key: string; readonly until: number })
  /** `this.ask`: a question is open from now on. So is, under an id of its own, an approval that a fork found open. */
  | (CallEntry & {
      readonly type: "asked";
      readonly key: string;
      readonly id: string;
      readonly prompt: string;
      /** JSON Schema */
      readonly schema: unknown;
      readonly until?: number;
      /** What it is about. */
      readonly value?: unknown;
      /** Of an approval. */
      readonly outcomes?: readonly string[];
    })
  /** The question's end: an answer, with its position in the inbox, or the time was up. */
  | (CallEntry & {
      readonly type: "answered";
      readonly key: string;
      readonly id: string;
      readonly answer: Answer;
      readonly position?: number;
      /** Of an approval: what the router is taken to have returned. */
      readonly label?: { readonly label: string; readonly payload?: unknown };
    })
  /** `this.runFlow`: what has become of the run that it stands for. */
  | (CallEntry & {
      readonly type: "child";
      readonly key: string;
      /** The child's id, and its flow. */
      readonly run: string;
      readonly flow: string;
      /** `started`: it is about to be stored. `moved`: it may have more to say. Else how it came to rest. */
      readonly status: "started" | "moved" | "waiting" | EndStatus;
      readonly waitingFor?: readonly WaitingFor[];
      readonly output?: unknown;
      readonly error?: ErrorData;
      /** What it has used in all. */
      readonly usage?: Usage;
      /** Of the message in the inbox that told it. */
      readonly position?: number;
    })
  | (CallEntry & {
      readonly type: "failed";
      readonly attempt: number;
      readonly error: ErrorData;
      readonly usage?: Usage;
    })
  | {
      readonly type: "signal";
      readonly at: number;
      readonly name: string;
      readonly payload: unknown;
      /** Position in the run's inbox. */
      readonly position: number;
    }
  /** The run came to wait, and these open calls with it: they are begun again when one of their questions is answered. */
  | {
      readonly type: "parked";
      readonly at: number;
      readonly calls: readonly number[];
      /** Those that sleep are begun again by then too, ms since the epoch. Absent: none does. */
      readonly asleep?: readonly Asleep[];
      /** What they leave, should the run be stopped before they are begun again. Absent: nothing. */
      readonly left?: readonly CallLeft[];
    }
  /** The run is stopping: what its open calls leave, should they never complete, to a run that goes on from it. */
  | { readonly type: "left"; readonly at: number; readonly calls: readonly CallLeft[] }
  /** What whoever drives the run keeps beside it: it means nothing to the run. */
  | { readonly type: "annotated"; readonly at: number; readonly value: unknown }
  /** A message that came too late to mean anything. */
  | { readonly type: "dropped"; readonly at: number; readonly name: string; readonly position: number }
  | { readonly type: "resumed"; readonly at: number }
  | {
      /** The code has changed: from here on the run goes by another plan, or on a state made to fit another schema. */
      readonly type: "migrated";
      readonly at: number;
      readonly from: PlanRef;
      readonly to: PlanRef;
      /** Where the run stands after this entry, in the new plan's terms; plain data as in a Snapshot. */
      readonly data: unknown;
    }
  | {
      /** The first entry of a run that begins where another one stood. */
      readonly type: "forked";
      readonly at: number;
      readonly from: RunPosition;
      /** Where the run stands after this entry, with the state that it was given; plain data as in a Snapshot. */
      readonly data: unknown;
    }
  | ({ readonly type: "cancelled"; readonly at: number; readonly position?: number } & Cancel)
  | {
      readonly type: "ended";
      readonly at: number;
      readonly status: EndStatus;
      readonly output?: unknown;
      readonly error?: ErrorData;
    };

/** What a call leaves: by field of the state, what is to be added to the list there. */
export type CallLeft = readonly [call: number, added: Readonly<Record<string, readonly unknown[]>>];

/** How a run is cancelled. */
export interface Cancel {
  readonly reason?: string;
  /** How long running calls may take to settle, ms. Absent: as the flow's options say. */
  readonly graceMs?: number;
}

/** A call that sleeps, and until when, ms since the epoch. */
export type Asleep = readonly [call: number, until: number];

export type EntryOf<T extends JournalEntry["type"]> = Extract<JournalEntry, { type: T }>;

/** An entry that an open call has made inside its step. */
export type NotedEntry = EntryOf<"once" | "timer" | "asked" | "answered" | "child">;

/** What such an entry says; known to later attempts of the call by its key. */
export type CallNote =
  | {
      readonly kind: "once";
      readonly output: unknown;
      /** What was used for it, and how much of that an attempt of the call has been charged for. */
      readonly usage?: Usage;
      readonly charged?: Usage;
    }
  | { readonly kind: "timer"; readonly until: number }
  | {
      readonly kind: "ask";
      readonly id: string;
      readonly prompt: string;
      readonly schema: unknown;
      readonly until?: number;
      readonly value?: unknown;
      /** Absent as long as the question is open. */
      readonly answer?: Answer;
    }
  | ChildNote;

/** A run that a step has started by `this.runFlow`. */
export interface ChildNote {
  readonly kind: "child";
  readonly run: string;
  readonly flow: string;
  /** `again`: an attempt has failed since; if the child has ended badly, the next one goes on with it. */
  readonly status: "started" | "again" | "waiting" | EndStatus;
  readonly waitingFor?: readonly WaitingFor[];
  readonly output?: unknown;
  readonly error?: ErrorData;
  /** What it has used in all, and how much of that an attempt of the call has been charged for. */
  readonly usage?: Usage;
  readonly charged?: Usage;
}

/** The call of a step that has started a run. */
export interface ParentCall {
  readonly run: string;
  readonly flow: string;
  readonly step: string;
  /** Position among the calls of the step, from 1. */
  readonly number: number;
  /** Of a `forEach` step: the position of the element in its list, from 0. */
  readonly index?: number;
}

/** A moment of a run: after so many of its journal entries. */
export interface RunPosition {
  readonly run: string;
  readonly position: number;
}

/** A plan, by what a run's record says of it. */
export interface PlanRef {
  readonly planHash: string;
  readonly version: string | null;
}

export type EndStatus = "completed" | "failed" | "cancelled";
/** How a run comes to rest. */
export type RestStatus = "waiting" | EndStatus;
export type RunStatus = "running" | RestStatus;

/** An entry with its place in the run, counted from 1 without gaps. */
export interface JournalRow {
  readonly seq: number;
  readonly entry: JournalEntry;
}

/** Where a run stands after entry `seq`: with it, opening a run reads only the entries after it. */
export interface Snapshot {
  readonly seq: number;
  /** Plain data, opaque to a persistence. */
  readonly data: unknown;
}
