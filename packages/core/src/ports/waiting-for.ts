/** What a run in which nothing runs waits for: things that come from outside, and time. */
export type WaitingFor =
  | {
      readonly kind: "signal";
      readonly name: string;
      /** The steps that it would call. */
      readonly steps: readonly string[];
    }
  | {
      readonly kind: "ask";
      /** The question's id, to answer it by. */
      readonly name: string;
      readonly prompt: string;
      /** The step that asks. */
      readonly steps: readonly string[];
      readonly until?: number;
    }
  | {
      /** Time: a step sleeps, or a failed attempt is to be made again. */
      readonly kind: "timer";
      /** The step; of several calls, the one that is due first. */
      readonly name: string;
      readonly steps: readonly string[];
      /** When it is due, ms since the epoch. */
      readonly until: number;
    }
  | {
      readonly kind: "flow";
      /** The id of a run that `this.runFlow` has started, and that waits itself. */
      readonly name: string;
      /** The flow that it is a run of. */
      readonly flow: string;
      /** The step that has started it. */
      readonly steps: readonly string[];
      /** What it waits for. */
      readonly waitingFor: readonly WaitingFor[];
      /** The first of the times in it. */
      readonly until?: number;
    };
