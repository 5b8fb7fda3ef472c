import type { Duration } from "./duration.js";

/** Where log lines go. `console` is one. */
export interface FlowLogger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** The running call of a step, as `this.call` shows it. */
export interface StepCall {
  readonly runId: string;
  readonly step: string;
  /** Position among the calls of this step in the run, from 1. */
  readonly number: number;
  /** Of a `forEach` step: the position of the element in its list, from 0. */
  readonly index: number | undefined;
  /** From 1; the attempts of a call share its idempotency key. */
  readonly attempt: number;
  /** What called it: `"start"`, or the names that fired its condition, joined by `+`. */
  readonly trigger: string;
  /** Aborts when the step's timeout passes, the run fails, is cancelled or stopped, or a `race` was lost. */
  readonly abortSignal: AbortSignal;
  /** The same in every attempt and after a crash; differs between calls and runs. */
  readonly idempotencyKey: string;
  /** The flow's logger, with run and step in every line. */
  readonly logger: FlowLogger;
  /** What the run was started with; `undefined` unless the class says `static keepsInputs = true`. */
  readonly inputs: unknown;
  /**
   * The newest committed result of a step, by its name; `undefined`: it has none. In a loop it may be of another round than this
   * call: what must be of its own round belongs into the condition.
   */
  readonly output: (step: string) => any;
}

/**
 * What a mixin may rely on. Not `Flow<any>`: intersected with the real flow that would loosen `kickoff` and `state`.
 */
export interface FlowCore<S extends object = object> {
  readonly state: S;
  readonly call: StepCall;
  once<T>(key: string, make: () => T | Promise<T>): Promise<Awaited<T>>;
  sleep(duration: Duration, key?: string): Promise<void>;
  emit(chunk: unknown): void;
  addUsage(usage: Readonly<Record<string, number>>): void;
}

/**
 * A class that a mixin can extend: `function Audited<B extends FlowClass>(Base: B) { abstract class … extends Base … }`.
 * `FlowClass<{ count: number }>` asks for a flow whose state has at least this.
 */
export type FlowClass<S extends object = object> = abstract new (...args: any[]) => FlowCore<S>;
