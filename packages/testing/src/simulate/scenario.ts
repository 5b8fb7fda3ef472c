import type { FlowEvent } from "millrace";
import type { Answers } from "../kit/answers.js";
import type { FlowMaker } from "../kit/flow-maker.js";
import type { Signals } from "../kit/signals.js";

/** What all paths of a simulation have in common. */
export interface Scenario<F> {
  readonly flow: FlowMaker<F>;
  readonly inputs: unknown;
  readonly replace: object | undefined;
  readonly signals: Signals | undefined;
  readonly answers: Answers | undefined;
  readonly maxCalls: number | undefined;
  readonly strict: boolean;
  readonly setup: (() => unknown) | undefined;
  /** Hears the events of all paths. */
  readonly hear: (event: FlowEvent) => void;
}
