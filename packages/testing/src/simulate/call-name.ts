/** The id of every simulated run: idempotency keys are the same on all paths. */
export const simulatedId = "simulated";

/** `write#2`: the second call of step `write`; `articles/1/Article-1 write#2`: of a run that a step has started. */
export function callName(runId: string, { step, number }: { readonly step: string; readonly number: number }): string {
  const name = `${step}#${number}`;
  return runId === simulatedId ? name : `${runId.slice(simulatedId.length + 1)} ${name}`;
}
