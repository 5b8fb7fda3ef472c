/** Begins the calls of a run; those that can't be called fail instead, which needs no engine to happen. */
import type { Arrival, RunPort } from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import type { RunMachine } from "./run-machine.js";
import type { RunReporter } from "./run-reporter.js";
import { callLimit, notAList } from "./uncallable.js";

export interface CallStarterOptions {
  readonly machine: RunMachine;
  readonly port: RunPort;
  /** Calls of one step in the run. */
  readonly maxCalls: number;
  readonly reporter: RunReporter;
}

export class CallStarter {
  readonly #options: CallStarterOptions;
  /** Failures that are to be taken before what arrives. */
  #uncallable: Arrival[] = [];

  constructor(options: CallStarterOptions) {
    this.#options = options;
  }

  get hasFailures(): boolean {
    return this.#uncallable.length > 0;
  }

  takeFailures(): readonly Arrival[] {
    return this.#uncallable.splice(0);
  }

  start(call: StepCallRecord): void {
    const { machine, port, reporter } = this.#options;
    const error = this.#refused(call);
    if (error) {
      const outcome = { type: "failed", error, mayRetry: false, chance: 0 } as const;
      this.#uncallable.push({ type: "call", at: port.now(), call: call.id, outcome, durationMs: 0 });
      return;
    }
    const attempt = machine.attemptOf(call.id);
    reporter.starting(call, attempt);
    port.start(call, machine.begin(call.id));
  }

  #refused(call: StepCallRecord) {
    const { machine, maxCalls } = this.#options;
    const { index } = call;
    if (index === undefined) return call.number > maxCalls ? callLimit(machine.nameOf(call), maxCalls) : undefined;
    return index < 0 ? notAList(machine.nameOf(call), call.payload) : undefined;
  }
}
