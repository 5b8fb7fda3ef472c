/**
 * What a flow reads the time from and waits by. The system's own unless `new Flow({ clock })` is given another one, as tests do.
 * Heartbeats are not among it: how long a claim lives is between a process and its store.
 */
export interface FlowClock {
  /** ms since the epoch */
  now(): number;
  /** Calls `due` once, `ms` from now, soon if that is past; any length. Answers a function that stops it. */
  setTimer(due: () => void, ms: number, about: TimerAbout): () => void;
  /** From 0 to below 1, for the jitter of retries. @default Math.random */
  chance?(): number;
}

export interface TimerAbout {
  /**
   * `sleep`: `this.sleep` of a step. `retry`: a step that left memory, or has failed, is to be begun again. `deadline`: the time for an answer is up.
   * `step-timeout`, `run-timeout`: limits of a step and of `kickoff`. `grace`: what still runs after an abort is waited for no more.
   * `schedule`: schedules are to be looked at. `annotation`: what came beside emitted chunks is to be kept.
   */
  readonly purpose:
    | "sleep"
    | "retry"
    | "deadline"
    | "step-timeout"
    | "run-timeout"
    | "grace"
    | "schedule"
    | "annotation";
  /** It does not keep the process alive. @default false */
  readonly unref?: boolean;
}
