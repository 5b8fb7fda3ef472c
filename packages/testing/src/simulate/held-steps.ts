/**
 * Holds the code of steps back: a call that the engine has started begins when it is chosen, and what it brings is handed over
 * when that is chosen. This is all that a simulation needs to make any order happen.
 */
import { attemptProgress, type StepCall, type StepCode } from "millrace";
import { isGenerator } from "../run/step-watch.js";
import { callName } from "./call-name.js";

export class HeldStep {
  readonly call: StepCall;
  /** As `callName` names it. */
  readonly name: string;
  stage: "called" | "begun" | "done" = "called";
  #begin!: () => void;
  #handOver!: () => void;
  readonly #begun = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });
  readonly #handedOver = new Promise<void>((resolve) => {
    this.#handOver = resolve;
  });

  constructor(call: StepCall) {
    this.call = call;
    this.name = callName(call.runId, call);
  }

  /** Lets its code run. `hold`: what it brings waits for `handOver`. */
  begin({ hold }: { readonly hold: boolean }): void {
    this.stage = "begun";
    if (!hold) this.#handOver();
    this.#begin();
  }

  handOver(): void {
    this.#handOver();
  }

  get isOver(): boolean {
    return attemptProgress(this.call) === "over";
  }

  /** Whether its code does something, as against waiting for the clock, for people, for the store, or for its turn. */
  get isWorking(): boolean {
    return this.stage === "begun" && attemptProgress(this.call) === "working";
  }

  async *run(code: () => unknown): AsyncGenerator<unknown, unknown> {
    await this.#begun;
    try {
      const answer = code();
      const value: unknown = isGenerator(answer) ? yield* answer : await answer;
      this.stage = "done";
      await this.#handedOver;
      return value;
    } catch (error) {
      this.stage = "done";
      await this.#handedOver;
      throw error;
    }
  }
}

export class HeldSteps {
  #steps: HeldStep[] = [];
  readonly #onBegin: (step: HeldStep) => void;
  /** Grows with everything that happens here. */
  activity = 0;

  /** @param onCalled told of every call that the engine starts */
  constructor(onCalled: (step: HeldStep) => void) {
    this.#onBegin = onCalled;
  }

  /** Those whose outcome is still to come, in the order in which they were called. */
  get open(): readonly HeldStep[] {
    this.#steps = this.#steps.filter((step) => !step.isOver);
    return this.#steps;
  }

  readonly holding = (code: StepCode): StepCode => {
    return (flow, payload, sources) => {
      const step = new HeldStep((flow as { readonly call: StepCall }).call);
      this.#steps.push(step);
      this.activity++;
      this.#onBegin(step);
      return step.run(() => {
        this.activity++;
        return code(flow, payload, sources);
      });
    };
  };
}
