/** Somebody may leave a question in ways that a prompt does not hear: by Ctrl+D, by a signal, by closing the terminal. */
import type { Key } from "node:readline";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface LeavingOptions {
  readonly input: NodeJS.ReadStream;
  /** Text is typed: where there is some, Ctrl+D deletes in it. */
  readonly editing: boolean;
}

/** Asks, and aborts the signal that it hands over when nobody is there to answer any more. */
export async function untilLeft<T>(
  { input, editing }: LeavingOptions,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = new AbortController();
  const leave = () => left.abort();
  const onKey = (_text: string | undefined, key: Key | undefined) => {
    if (!key?.ctrl || key.name !== "d") return;
    // of an empty line the editor closes the input
    if (editing) setImmediate(() => input.isPaused() && leave());
    else leave();
  };
  // after Ctrl+Z and fg: who reads the keys has let go of them
  const onContinue = () => void setImmediate(() => input.resume());
  process.on("SIGCONT", onContinue);
  input.on("keypress", onKey);
  for (const event of ["end", "close", "error"]) input.on(event, leave);
  for (const signal of signals) process.on(signal, leave);
  try {
    return await ask(left.signal);
  } finally {
    process.off("SIGCONT", onContinue);
    input.off("keypress", onKey);
    for (const event of ["end", "close", "error"]) input.off(event, leave);
    for (const signal of signals) process.off(signal, leave);
  }
}
