import type { StartedRun } from "./engine.js";

/**
 * A run whose id is known before it begins, because something is to be read first. Whoever stops it before that stops it as it
 * begins. `begin` may start it more than once, one after the other: each start is handed to `started`, which answers its end.
 */
export function startLater(
  id: string,
  begin: (started: (run: StartedRun) => StartedRun["done"]) => StartedRun["done"],
): StartedRun {
  let run: StartedRun | undefined;
  let stopped: string | undefined;
  const started = (begun: StartedRun) => {
    run = begun;
    if (stopped !== undefined) run.stop(stopped);
    return run.done;
  };
  return {
    id,
    done: begin(started),
    stop(reason) {
      stopped = reason;
      run?.stop(reason);
    },
  };
}
