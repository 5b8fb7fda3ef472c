/**
 * What steps are given, for whoever watches a run: it is made when a step is called and goes into no event. Whoever watches stands
 * around the call, which begins within; without anybody there a call costs one comparison more.
 */
let listening: { readonly call: object; readonly hear: (given: unknown) => void } | undefined;

/** Runs what calls a step; `hear` is told what the step's code is given, unless something else runs in its place. */
export function hearingParams(call: object, hear: (given: unknown) => void, run: () => void): void {
  const outer = listening;
  listening = { call, hear };
  try {
    run();
  } finally {
    listening = outer;
  }
}

export function tellParams(call: object, given: unknown): void {
  if (listening?.call === call) listening.hear(given);
}
