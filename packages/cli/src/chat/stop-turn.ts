/** What stops a turn of a chat. With somebody there Ctrl+C ends the turn and the chat goes on; a script is stopped safely, as `run` is. */
import { exitCodes } from "../output/exit-codes.js";
import { leave } from "../output/leave.js";

export interface StopSignals {
  /** Aborted: the turn is ended. */
  readonly abortSignal: AbortSignal;
  /** Aborted: the turn comes to a commit, and is left as it stands. */
  readonly stopSignal: AbortSignal;
}

interface StopOptions {
  readonly live: boolean;
  readonly tell: (line: string) => void;
}

export async function untilStopped<T>(
  { live, tell }: StopOptions,
  turn: (signals: StopSignals) => Promise<T>,
): Promise<T> {
  const [cancel, stop] = [new AbortController(), new AbortController()];
  const onInterrupt = () => {
    if (cancel.signal.aborted || stop.signal.aborted) leave(exitCodes.interrupted);
    if (live) cancel.abort();
    else onStop();
  };
  const onStop = () => {
    if (stop.signal.aborted) leave(exitCodes.interrupted);
    tell("Stopping: running steps may finish. Press Ctrl+C again to leave at once.");
    stop.abort();
  };
  const handlers = { SIGINT: onInterrupt, SIGTERM: onStop, SIGHUP: onStop } as const;
  const signals = Object.keys(handlers) as (keyof typeof handlers)[];
  for (const signal of signals) process.on(signal, handlers[signal]);
  try {
    return await turn({ abortSignal: cancel.signal, stopSignal: stop.signal });
  } finally {
    for (const signal of signals) process.off(signal, handlers[signal]);
  }
}
