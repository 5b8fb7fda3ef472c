/** Ctrl+C: the first one, SIGTERM, or a terminal that was closed asks for a safe stop; the second one leaves at once. */
import { exitCodes } from "../output/exit-codes.js";
import { leave } from "../output/leave.js";
import type { Output } from "../output/output.js";
import { watchBusy } from "./busy-watch.js";

export interface Interrupts {
  /** Aborted when a stop is asked for. */
  readonly signal: AbortSignal;
  end(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @param heard What a terminal sends to a whole group of processes may be another one's to answer: what is not heard does nothing. */
export function listenForInterrupts(out: Output, heard: readonly NodeJS.Signals[] = signals): Interrupts {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (!heard.includes(signal)) return;
    if (stop.signal.aborted) leave(exitCodes.interrupted);
    out.tell("Stopping: running steps may finish. Press Ctrl+C again to leave at once.");
    stop.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  const atTerminal = process.stdin.isTTY === true && process.platform !== "win32";
  const endWatch = atTerminal ? watchBusy() : () => undefined;
  return {
    signal: stop.signal,
    end: () => {
      endWatch();
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
