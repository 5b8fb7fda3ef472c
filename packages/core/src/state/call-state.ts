/** One call's view of the state: a draft of what was committed when the call began, made when it is first asked for. */
import { FlowError } from "../errors/index.js";
import { type Difference, diffStates } from "./diff.js";
import { closeDraft, openDraft } from "./drafts.js";

/** What a call changed, ready to be committed. */
export interface StateChange extends Difference {
  readonly call: CallState;
}

export class CallState {
  /** The state that the call began with. */
  readonly base: unknown;
  /** How many commits there were before. */
  readonly since: number;
  /** For the history of writes. */
  readonly generation: number;
  #draft: unknown;
  #status: "fresh" | "drafted" | "over" = "fresh";

  constructor(base: unknown, since: number, generation: number) {
    this.base = base;
    this.since = since;
    this.generation = generation;
  }

  /**
   * What `this.state` is in a step.
   * @throws {FlowError} STATE_OUTSIDE_STEP – the call is over
   */
  get draft(): unknown {
    if (this.#status === "drafted") return this.#draft;
    if (this.#status === "over") throw isOver();
    this.#draft = openDraft(this.base);
    this.#status = "drafted";
    return this.#draft;
  }

  /**
   * Ends the draft. Undefined: nothing changed. Results that hold parts of the draft must be finished before.
   * @throws {FlowError} STATE_NOT_SERIALIZABLE – something that can't be stored was put into the state
   */
  finish(): StateChange | undefined {
    if (this.#status !== "drafted") {
      this.#status = "over";
      return undefined;
    }
    const closed = closeDraft(this.discard());
    if (closed === undefined) return undefined;
    const { patches, elementSets } = diffStates(this.base as object, closed.result as object, closed.edits);
    return patches.length === 0 ? undefined : { call: this, patches, elementSets };
  }

  /** Ends the draft; what was done to it leaves no trace. */
  discard(): unknown {
    const draft = this.#draft;
    this.#draft = undefined;
    this.#status = "over";
    return draft;
  }
}

function isOver(): FlowError {
  return new FlowError("STATE_OUTSIDE_STEP", "`this.state` was used after its call had ended.", {
    hint: "Await everything that a step starts before the step returns.",
  });
}
