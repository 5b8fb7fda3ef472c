/** What a run knows of its open calls beside what the scheduler does: attempts, notes, and the state that each works on. */
import type { Asleep, Attempt, CallLeft, EntryOf, NotedEntry, Usage } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";
import type { CallState, FlowState } from "../state/index.js";
import { CallAttempts } from "./call-attempts.js";
import { CallNotes, type NotesData, type OpenChild, type OpenQuestion } from "./call-notes.js";
import { type ApprovalsData, approvalKey, OpenApprovals } from "./open-approvals.js";
import { addUsage } from "./usage-sums.js";

export interface OpenCallsData {
  /** Of calls with failed attempts. */
  readonly attempts: ReturnType<CallAttempts["toJSON"]>;
  /** Of calls that noted something; absent when there is none. */
  readonly notes?: NotesData;
  /** Calls that wait for people, or sleep; absent when there is none. */
  readonly parked?: readonly number[];
  /** Those that sleep; absent when there is none. */
  readonly asleep?: readonly Asleep[];
  /** What calls leave that wait for something, should the run be stopped before they go on; absent when there is nothing. */
  readonly leaving?: readonly CallLeft[];
  /** The run was stopped: what its calls have left; absent when there is nothing. */
  readonly left?: readonly CallLeft[];
  /** Absent when there is none. */
  readonly approvals?: ApprovalsData;
  /** Present when the run has ever started another one. */
  readonly parent?: true;
}

const none: readonly never[] = Object.freeze([]);

export class OpenCalls {
  readonly attempts: CallAttempts;
  /** Of calls whose steps are done. */
  readonly approvals: OpenApprovals;
  readonly #notes: CallNotes;
  #parent: boolean;
  #closed: string[] = [];
  /** Calls that were left waiting for people (false), or asleep until some time. */
  readonly #parked = new CallTable<number | false>();
  readonly #leaving = new CallTable<CallLeft>();
  #left: readonly CallLeft[];
  readonly #states = new CallTable<CallState>();

  constructor(data?: OpenCallsData) {
    this.attempts = new CallAttempts(data?.attempts);
    this.park(data?.parked ?? none, data?.asleep, data?.leaving);
    this.#left = data?.left ?? none;
    this.#notes = new CallNotes(data?.notes);
    this.approvals = new OpenApprovals(data?.approvals);
    this.#parent = data?.parent ?? false;
  }

  /** A new attempt of a call, on the state as it is now. `end` must follow. */
  begin(call: number, flowState: FlowState): Attempt {
    const state = flowState.begin();
    this.#states.set(call, state);
    return {
      attempt: this.attempts.next(call),
      ask: this.attempts.isUnanswered(call),
      state,
      notes: this.#notes.of(call),
    };
  }

  /** Whether an attempt of the call is under way here. */
  isUnderWay(call: number): boolean {
    return this.#states.has(call);
  }

  /** Whether this attempt of the call is under way here. */
  isRunning(call: number, attempt: number): boolean {
    return this.#states.has(call) && attempt === this.attempts.next(call);
  }

  /** The attempt is over; answers the state that it worked on, for the flow's state to end it. */
  end(call: number): CallState | undefined {
    const state = this.#states.get(call);
    if (state) this.#states.delete(call);
    return state;
  }

  note(entry: NotedEntry): void {
    if (entry.type === "asked" && entry.outcomes) return this.approvals.ask(entry);
    this.#notes.note(entry);
    if (entry.type === "child") this.#parent = true;
    if (entry.type === "answered" || (entry.type === "child" && entry.status === "moved"))
      this.#parked.delete(entry.call);
  }

  park(calls: readonly number[], asleep: readonly Asleep[] = none, left: readonly CallLeft[] = none): void {
    for (const call of calls) {
      this.#parked.set(call, false);
      this.attempts.begun(call);
    }
    for (const [call, until] of asleep) this.#parked.set(call, until);
    for (const one of left) this.#leaving.set(one[0], one);
  }

  /** What the failure of a call leaves that stops the run; `leave` follows. */
  leaves(left: CallLeft): void {
    this.#leaving.set(left[0], left);
  }

  /** What those leave that do not run: they wait, or have failed. */
  get leaving(): readonly CallLeft[] {
    if (this.#leaving.size === 0) return none;
    return this.#leaving.values().filter(([call]) => !this.#states.has(call));
  }

  /** The run is stopping: what all of its calls leave. */
  leave(calls: readonly CallLeft[]): void {
    this.#left = calls;
    for (const [call] of this.#leaving.entries()) this.#leaving.delete(call);
  }

  failed(entry: EntryOf<"failed" | "attempt-failed">): void {
    this.#parked.delete(entry.call);
    const left = entry.type === "attempt-failed" ? entry.left : undefined;
    if (left) this.#leaving.set(entry.call, left);
    else this.#leaving.delete(entry.call);
    this.attempts.note(entry, entry.type === "attempt-failed" ? entry.retryAt : undefined);
    this.#notes.failed(entry.call);
  }

  /** What an attempt of the call has used in all, before what it has noted is closed. */
  usageOf(call: number, own: Usage | undefined): Usage | undefined {
    return addUsage(own, this.#notes.uncharged(call));
  }

  /** What open calls have stored that was used, and that no attempt was charged for. */
  get uncharged(): Usage | undefined {
    return this.#notes.unchargedInAll;
  }

  resumed(): void {
    this.#left = none;
    this.attempts.begin();
    this.#notes.resumed();
  }

  /** The questions that are open. */
  get questions(): readonly OpenQuestion[] {
    const questions = this.#notes.questions();
    if (this.approvals.size === 0) return questions;
    const asked = this.approvals.entries().filter(([, { unasked }]) => !unasked);
    return [...questions, ...asked.map(([call, note]): OpenQuestion => ({ call, key: approvalKey, note }))];
  }

  /** Runs that open calls have started and that have not ended. */
  get children(): readonly OpenChild[] {
    return this.#notes.children();
  }

  /** Whether the run has ever started another one. */
  get isParent(): boolean {
    return this.#parent;
  }

  /** Whether the call need not be begun before an answer, or news of a child, has come, whatever the time. */
  isSuspended(call: number): boolean {
    return this.#parked.get(call) === false || this.approvals.get(call) !== undefined;
  }

  /** When the call is to be begun: its sleep is over, or its next attempt due, ms since the epoch. Undefined: now. */
  dueAt(call: number): number | undefined {
    return this.#parked.get(call) || this.attempts.retryAt(call);
  }

  /** The calls that were left asleep. */
  get asleep(): readonly Asleep[] {
    return this.#parked.entries().filter((entry): entry is [number, number] => entry[1] !== false);
  }

  /** Whether nothing but a retry of the call is to come. */
  isToBeTriedAgain(call: number): boolean {
    return !this.#states.has(call) && !this.#parked.has(call) && this.attempts.retryAt(call) !== undefined;
  }

  /** The step of the call is done, and has asked for a label. What it has noted inside itself is no more use. */
  asks(entry: EntryOf<"completed">): void {
    this.#leavesNothing(entry.call);
    this.#closeNotes(entry.call);
    this.attempts.begun(entry.call);
    this.approvals.open(entry);
  }

  decided(call: number): void {
    this.attempts.close(call);
    this.approvals.close(call);
  }

  /** Its step is done: what it would have left stands in what it has committed. */
  completed(call: number): void {
    this.#leavesNothing(call);
    this.close(call);
  }

  #leavesNothing(call: number): void {
    if (this.#left.length > 0) this.#left = this.#left.filter(([one]) => one !== call);
  }

  /** Nothing more is known of a call but what its entries say. */
  close(call: number): void {
    this.attempts.close(call);
    this.#closeNotes(call);
    const approval = this.approvals.get(call);
    if (!approval) return;
    if (!approval.unasked) this.#closed.push(approval.id);
    this.approvals.close(call);
  }

  #closeNotes(call: number): void {
    this.#parked.delete(call);
    this.#leaving.delete(call);
    if (!this.#notes.of(call)) return;
    this.#closed.push(...this.#notes.questionsOf(call));
    this.#notes.close(call);
  }

  /** Ids of questions whose calls have come to an end without them, since the last time. */
  takeClosed(): readonly string[] {
    if (this.#closed.length === 0) return none;
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  toJSON(): OpenCallsData {
    const notes = this.#notes.toJSON();
    const parked = this.#parked.entries().map(([call]) => call);
    const { asleep } = this;
    const approvals = this.approvals.entries();
    const leaving = this.#leaving.values();
    return {
      attempts: this.attempts.toJSON(),
      ...(notes.length > 0 && { notes }),
      ...(parked.length > 0 && { parked }),
      ...(asleep.length > 0 && { asleep }),
      ...(leaving.length > 0 && { leaving }),
      ...(this.#left.length > 0 && { left: this.#left }),
      ...(approvals.length > 0 && { approvals }),
      ...(this.#parent && { parent: true }),
    };
  }
}
