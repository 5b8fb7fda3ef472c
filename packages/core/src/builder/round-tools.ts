import { FlowError } from "../errors/index.js";
import type { StepTools } from "../runtime/index.js";

/** What one round of a repeated step has beside its parameters: nothing that is stored apart from the round, which is stored whole. */
export class RoundTools implements StepTools {
  readonly #tools: StepTools;
  readonly emit: StepTools["emit"];
  readonly addUsage: StepTools["addUsage"];

  constructor(tools: StepTools) {
    this.#tools = tools;
    this.emit = tools.emit;
    this.addUsage = tools.addUsage;
  }

  get state(): StepTools["state"] {
    return this.#tools.state;
  }

  get call(): StepTools["call"] {
    return this.#tools.call;
  }

  get inputs(): unknown {
    return this.#tools.inputs;
  }

  readonly once = (): never => this.#refuse("once");
  readonly sleep = (): never => this.#refuse("sleep");
  readonly ask = (): never => this.#refuse("ask");
  readonly runFlow = (): never => this.#refuse("runFlow");

  #refuse(what: string): never {
    const { step } = this.#tools.call;
    throw new FlowError("STEP_REPEAT_MISUSED", `Step "${step}", which is repeated, used \`${what}\` inside a round.`, {
      hint: "A round is stored as one piece. Where it waits or runs flows, make it a loop of steps: a router whose label leads back.",
    });
  }
}
