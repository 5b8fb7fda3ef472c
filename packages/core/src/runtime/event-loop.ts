/** How long runs may keep the process to themselves before timers, sockets and heartbeats get their turn, in ms. */
const longestMs = 8;

let last = 0;

/**
 * Steps that never wait for the outside run on microtasks alone and would starve everything else. Answers a promise when it
 * is time to let the event loop turn, for all runs of the process together.
 */
export function breathe(): Promise<void> | undefined {
  const now = performance.now();
  if (now - last < longestMs) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      last = performance.now();
      resolve();
    });
  });
}
