import type { ErrorCode } from "./codes.js";

/** One thing wrong with a plan, as listed in the details of `PLAN_INVALID`. */
export interface PlanProblem {
  readonly code: ErrorCode;
  /** The step whose decorator has the problem, where there is one. */
  readonly step?: string;
  /** What, where, the nearest right name and the way out. */
  readonly message: string;
  readonly hint: string;
}

/** One place where a value does not fit its schema. */
export interface ValueProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What `FlowError.details` holds, by code. Codes that are not listed carry an open record. */
export interface ErrorDetails {
  PLAN_INVALID: { readonly flow: string; readonly problems: readonly PlanProblem[] };
  STATE_INVALID: { readonly problems: readonly ValueProblem[] };
  STATE_CONFLICT: {
    readonly path: readonly (string | number)[];
    readonly steps: readonly [mine: string, theirs: string];
  };
  STATE_NOT_SERIALIZABLE: { readonly path: readonly (string | number)[]; readonly kind: string };
  STEP_TIMEOUT: { readonly timeoutMs: number };
  ROUTE_UNKNOWN: { readonly label: string; readonly routes: readonly string[] };
  RUN_INPUTS_INVALID: { readonly problems: readonly ValueProblem[] };
  RUN_OUTPUT_INVALID: { readonly problems: readonly ValueProblem[] };
  RUN_CALL_LIMIT: { readonly maxCalls: number };
  RUN_OWNED: { readonly owner?: string };
  SIGNAL_INVALID: { readonly problems: readonly ValueProblem[] };
  PERSISTENCE_SCHEMA_NEWER: { readonly found: number; readonly supported: number };
}

export type DetailsOf<C extends ErrorCode> = C extends keyof ErrorDetails
  ? ErrorDetails[C]
  : Readonly<Record<string, unknown>>;
