/** One call's view of the state: a draft of what was committed when the call began, made when it is first asked for. */
import { FlowError } from "../errors/index.js";
import { type Difference, diffStates } from "./diff.js";
import { ImmerDraft, type RootDraft } from "./drafts.js";
import { isObject } from "./kinds.js";
import { PlainDraft } from "./plain-draft.js";

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
  #draft: RootDraft | undefined;
  /** What `this.state` is; without a state nothing. */
  #shown: unknown;
  #over = false;

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
    if (this.#over) throw isOver();
    if (this.#draft === undefined && isObject(this.base)) {
      this.#draft = isPlain(this.base) ? new PlainDraft(this.base, isOver) : new ImmerDraft(this.base);
      this.#shown = this.#draft.proxy;
    }
    return this.#shown;
  }

  /**
   * Ends the draft. Undefined: nothing changed. Results that hold parts of the draft must be finished before.
   * @throws {FlowError} STATE_NOT_SERIALIZABLE – something that can't be stored was put into the state
   */
  finish(): StateChange | undefined {
    this.#over = true;
    const closed = this.#draft?.close();
    if (closed === undefined) return undefined;
    const { patches, elementSets, root } = diffStates(this.base as object, closed);
    return patches.length === 0 ? undefined : { call: this, patches, elementSets, root };
  }

  /** Ends the draft; what was done to it leaves no trace. */
  discard(): void {
    this.#over = true;
    try {
      this.#draft?.close();
    } catch {
      // Whatever was wrong with it, nobody wants it any more.
    }
  }
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function isOver(): FlowError {
  return new FlowError("STATE_OUTSIDE_STEP", "`this.state` was used after its call had ended.", {
    hint: "Await everything that a step starts before the step returns.",
  });
}
