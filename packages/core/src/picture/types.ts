/** What a picture is made of beside the plan: words about steps, what a run has done, and how it is to look. */

import type { StepOrigin } from "../definition/index.js";
import type { FlowPlan } from "../plan/index.js";

/** Light, dark, or whichever the reader's system asks for. */
export type PictureTheme = "auto" | "light" | "dark";

/**
 * How a step, by its newest call, stands in a run. `waiting`: for people, a time or another run. `stopped`: it was cut off, by a
 * lost race or because the run has ended; what it did is not committed. `idle`: it was not called.
 */
export type StepStanding = "failed" | "waiting" | "running" | "completed" | "skipped" | "stopped" | "idle";

/** One call of a step in a run. */
export interface CallOverlay {
  /** Position among the step's calls, from 1. */
  readonly number: number;
  /** Of a `forEach` step: the position of the element in its list, from 0. */
  readonly index?: number;
  readonly standing: Exclude<StepStanding, "idle">;
  /** Attempts that are known of, the last one included. */
  readonly attempts: number;
  /** From the entry that called it to its own, ms: retries and waiting included. Absent: not known, or not over. */
  readonly durationMs?: number;
  /** When that was, ms since the epoch. */
  readonly endedAt?: number;
  /** What its attempts have told by `addUsage`, with what runs that they have started have used; absent: nothing. */
  readonly usage?: Readonly<Record<string, number>>;
  /** Labels that it returned. */
  readonly labels?: readonly string[];
  /** Why it failed last. */
  readonly error?: string;
}

/** What a run has done of one step. */
export interface StepOverlay {
  readonly standing: StepStanding;
  /** Calls in all. */
  readonly calls: number;
  /** Those that have brought a result, people's word on which may still be awaited. */
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Attempts that failed and were tried again. */
  readonly retries: number;
  /** Of a `forEach` step: lists that have come to their end, and how many of them handed their results over. */
  readonly lists?: number;
  readonly gathered?: number;
  /** Of all calls whose duration is known, ms. */
  readonly totalMs: number;
  /** Of the last one of them, ms. */
  readonly lastMs?: number;
  /** Of all calls that have ended. */
  readonly usage?: Readonly<Record<string, number>>;
  /** Why it failed last; present only while its newest call has failed. */
  readonly error?: string;
  /** How often it returned which label. */
  readonly labels: Readonly<Record<string, number>>;
  /** The newest calls, newest last; 20 at most. */
  readonly recent: readonly CallOverlay[];
}

/** A run, to be laid over the picture of its flow: plain data that survives JSON. */
export interface RunOverlay {
  readonly run: string;
  readonly flow: string;
  readonly status: "running" | "waiting" | "completed" | "failed" | "cancelled";
  /** ms since the epoch; absent when the journal no longer reaches back to it. */
  readonly startedAt?: number;
  /** Of its newest entry, ms since the epoch. */
  readonly lastAt: number;
  /** By step name. */
  readonly steps: Readonly<Record<string, StepOverlay>>;
  /** How often which signal was received. */
  readonly signals: Readonly<Record<string, number>>;
  /** False: older entries are gone, so that counts are at least these. */
  readonly whole: boolean;
  /** Why it failed. */
  readonly error?: string;
  /** The plan that it goes by, where the flow's own is another by now: then this one is drawn. */
  readonly plan?: FlowPlan;
}

/** How `svg` and `html` are drawn. */
export interface PictureOptions {
  /** @default "auto" */
  readonly theme?: PictureTheme;
  /** What a run has done, laid over the flow: `await flow.runs.overlay(id)`. */
  readonly run?: RunOverlay;
  /** What is known of steps, by step name; it goes before what the definition says. All of it is shown, none is followed. */
  readonly origins?: Readonly<Record<string, StepOrigin>>;
}
