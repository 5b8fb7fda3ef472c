/** What `new Review({ … })` is given by code that no compiler has checked: an option that nobody reads would do nothing, in silence. */
import { FlowError, nearest } from "../errors/index.js";
import type { FlowOptions } from "./flow-options.js";

export const flowOptionNames: readonly string[] = Object.keys({
  persistence: true,
  events: true,
  logger: true,
  maxCalls: true,
  strict: true,
  clock: true,
  harness: true,
  abortGrace: true,
  annotate: true,
  initialState: true,
} satisfies Record<keyof FlowOptions, true>);

/** @throws {FlowError} PLAN_OPTION_INVALID – an option is unknown, or `persistence` stores nothing */
export function checkFlowOptions(given: unknown, flow: string): void {
  if (typeof given !== "object" || given === null)
    throw invalid(`new ${flow}(…) takes an object of options.`, `There are: ${flowOptionNames.join(", ")}.`);
  for (const key in given) {
    if (flowOptionNames.includes(key) || (given as Readonly<Record<string, unknown>>)[key] === undefined) continue;
    const near = nearest(key, flowOptionNames);
    throw invalid(
      `new ${flow}(…) has an unknown option "${key}".`,
      near ? `Did you mean "${near}"?` : `There are: ${flowOptionNames.join(", ")}.`,
    );
  }
  const { persistence } = given as FlowOptions;
  if (persistence === undefined || typeof (persistence as Partial<typeof persistence> | null)?.create === "function")
    return;
  throw invalid(
    `The \`persistence\` of new ${flow}(…) stores no runs.`,
    'Give an instance: new SqlitePersistence("flows.db"), new MemoryPersistence(), or leave it away.',
  );
}

const invalid = (message: string, hint: string): FlowError => new FlowError("PLAN_OPTION_INVALID", message, { hint });
