import type { FlowLike, SignalResult } from "millrace";
import { type Settled, settled } from "./flow-run.js";

/** The calls of a flow that drive a run, or wait for somebody who does: how they settle. */
export class Driving {
  /** How many are under way. */
  count = 0;
  /** How the run came to rest last. */
  last: Settled | undefined;
  /** What was thrown that is not about the run. */
  broken: unknown;

  add(driving: Promise<SignalResult<FlowLike>>): void {
    this.count++;
    settled(driving)
      .then((last) => {
        // a signal or an answer that came too late says nothing of the run
        const late = "error" in last && (last.error.code === "RUN_ENDED" || last.error.code === "QUESTION_CLOSED");
        if (!late && !("result" in last && last.result.status === "running")) this.last = last;
      })
      .catch((error: unknown) => {
        this.broken ??= error;
      })
      .finally(() => this.count--);
  }
}
