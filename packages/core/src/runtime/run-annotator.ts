/**
 * What stands beside a run and is kept in its journal: `annotate` of the flow's options is asked for it before each write, and
 * soon after the run has emitted something. Nothing of it means anything to the run.
 */
import type { FlowLogger } from "../definition/index.js";
import type { EntryOf, FlowClock, MaybePromise, RestStatus } from "../ports/index.js";
import { finishValue } from "../state/index.js";
import type { Annotate } from "./flow-options.js";

export interface AnnotatorOptions {
  readonly runId: string;
  readonly annotate: Annotate;
  readonly clock: FlowClock;
  readonly logger: FlowLogger;
}

type Annotated = EntryOf<"annotated">;

/** How long what comes beside emitted chunks may stand in memory alone. */
const soonMs = 300;

export class RunAnnotator {
  readonly #options: AnnotatorOptions;
  #stop: (() => void) | undefined;

  constructor(options: AnnotatorOptions) {
    this.#options = options;
  }

  /** What is to be written now; undefined: nothing. What can't be kept is logged: no run fails for it. */
  take(rest?: RestStatus): MaybePromise<Annotated | undefined> {
    try {
      const said = this.#options.annotate(this.#options.runId, rest);
      return said instanceof Promise ? said.then(this.#entry).catch(this.#refused) : this.#entry(said);
    } catch (error) {
      return this.#refused(error);
    }
  }

  /** Something was emitted: `due` is called soon, once for all that comes until then. */
  emitted(due: () => void): void {
    const { clock } = this.#options;
    this.#stop ??= clock.setTimer(
      () => {
        this.#stop = undefined;
        due();
      },
      soonMs,
      { purpose: "annotation", unref: true },
    );
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  readonly #entry = (said: unknown): Annotated | undefined => {
    if (said === undefined) return undefined;
    const value = finishValue(said, "what `annotate` answers");
    return { type: "annotated", at: this.#options.clock.now(), value };
  };

  readonly #refused = (error: unknown): undefined => {
    const { logger, runId } = this.#options;
    logger.error("an annotation can't be kept", { runId, error });
  };
}
