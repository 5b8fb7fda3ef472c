/** How long runs may keep the process to themselves before timers, sockets and heartbeats get their turn, in ms. */
const longestMs = 8;

/** When the event loop turned last, as far as is known. */
let turnedAt = 0;
let next: Promise<void> | undefined;

/**
 * Steps that never wait for the outside run on microtasks alone and would starve everything else. Answers a promise when it
 * is time to let the event loop turn, the same one to all runs of the process.
 */
export function breathe(): Promise<void> | undefined {
  next ??= new Promise((resolve) => {
    setImmediate(() => {
      turnedAt = performance.now();
      next = undefined;
      resolve();
    });
  });
  return performance.now() - turnedAt < longestMs ? undefined : next;
}
