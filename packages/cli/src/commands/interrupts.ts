/** Ctrl+C: the first one, or SIGTERM, asks for a safe stop; the second one leaves at once. */
import { exitCodes } from "../output/exit-codes.js";
import type { Output } from "../output/output.js";

export interface Interrupts {
  /** Aborted when a stop is asked for. */
  readonly signal: AbortSignal;
  end(): void;
}

export function listenForInterrupts(out: Output): Interrupts {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted);
    out.tell("Stopping: running steps may finish. Press Ctrl+C again to leave at once.");
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: stop.signal,
    end: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
