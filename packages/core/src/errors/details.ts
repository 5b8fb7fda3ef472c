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

/** One thing that a stored run still needs and that its flow's plan has changed, as listed in the details of `PLAN_CHANGED`. */
export interface PlanDifference {
  readonly step: string;
  /**
   * `condition`: what calls it. `labels`: what it may return. `loop`: the loops around it. `added`: it waits for something that
   * has occurred already. `removed`: it may still be called.
   */
  readonly what: "condition" | "labels" | "loop" | "removed" | "added";
  /** As one would write it; absent for `added`. */
  readonly before?: string;
  /** Absent where there is nothing. */
  readonly after?: string;
}

/** One thing wrong with a document, as listed in the details of `DOCUMENT_INVALID`. */
export interface DocumentProblem {
  readonly code: ErrorCode;
  /** What, where, and the nearest right name. */
  readonly message: string;
  /** The way out. */
  readonly hint: string;
  /** As it was named when the document was loaded. */
  readonly file: string;
  /** From 1, as `column`. */
  readonly line: number;
  readonly column: number;
  /** Keys and positions from the top of the file, as in `["flows", 0, "steps", 2, "when"]`. */
  readonly path: readonly (string | number)[];
  /** What may stand there, where that is a list. */
  readonly allowed?: readonly string[];
  readonly nearest?: string;
}

/** What `FlowError.details` holds, by code. Codes that are not listed carry an open record. */
export interface ErrorDetails {
  PLAN_INVALID: { readonly flow: string; readonly problems: readonly PlanProblem[] };
  /** `more`: problems beyond those that are listed. */
  DOCUMENT_INVALID: { readonly problems: readonly DocumentProblem[]; readonly more: number };
  EXPRESSION_FAILED: {
    readonly expression: string;
    readonly file?: string;
    readonly line?: number;
    readonly column?: number;
  };
  STATE_INVALID: { readonly problems: readonly ValueProblem[] };
  STATE_CONFLICT: {
    readonly path: readonly (string | number)[];
    readonly steps: readonly [mine: string, theirs: string];
  };
  STATE_NOT_SERIALIZABLE: { readonly path: readonly (string | number)[]; readonly kind: string };
  STEP_CONFIG_INVALID: { readonly problems?: readonly ValueProblem[] };
  STEP_PARAMS_INVALID: { readonly problems: readonly ValueProblem[] };
  STEP_TIMEOUT: { readonly timeoutMs: number };
  /** `code`: of the child's failure, or of what keeps it from going on. */
  CHILD_FAILED: { readonly run: string; readonly flow: string; readonly code: ErrorCode };
  CHILD_TOO_DEEP: { readonly depth: number };
  AI_OUTPUT_INVALID: { readonly problems: readonly ValueProblem[] };
  /** `retryAfterMs`: what the provider asks to wait, where it says so. */
  AI_RATE_LIMITED: { readonly model: string; readonly status?: number; readonly retryAfterMs?: number };
  ROUTE_UNKNOWN: { readonly label: string; readonly routes: readonly string[] };
  DEFINITION_DATA_INVALID: { readonly problems: readonly ValueProblem[] };
  DEFINITION_IMPLEMENTATIONS_INVALID: { readonly problems: readonly ValueProblem[] };
  RUN_INPUTS_INVALID: { readonly problems: readonly ValueProblem[] };
  RUN_OUTPUT_INVALID: { readonly problems: readonly ValueProblem[] };
  RUN_CALL_LIMIT: { readonly maxCalls: number };
  RUN_OWNED: { readonly owner?: string };
  PLAN_CHANGED: {
    /** Hashes of the plan that the run goes by and of the flow's. */
    readonly stored: string;
    readonly current: string;
    /** What keeps the run from going on. */
    readonly differences: readonly PlanDifference[];
  };
  RUN_POSITION_UNKNOWN: { readonly newest: number };
  /** `oldest`: the first position that is still known. */
  RUN_POSITION_GONE: { readonly oldest: number };
  SESSION_BUSY: { readonly session: string; readonly status: string };
  /** `question`: its id; `schema`: what it asks for, as JSON Schema. */
  ANSWER_INVALID: {
    readonly question: string;
    readonly problems: readonly ValueProblem[];
    readonly schema: unknown;
  };
  SIGNAL_INVALID: { readonly problems: readonly ValueProblem[] };
  TEST_OPTION_INVALID: { readonly option?: string; readonly given?: string };
  SIMULATION_FAILED: {
    /** To be given as `replay`. */
    readonly replay: string;
    /** What happened, in order. */
    readonly path: readonly string[];
  };
  SIMULATION_STUCK: { readonly working: readonly string[] };
  PERSISTENCE_SCHEMA_NEWER: { readonly found: number; readonly supported: number };
}

export type DetailsOf<C extends ErrorCode> = C extends keyof ErrorDetails
  ? ErrorDetails[C]
  : Readonly<Record<string, unknown>>;
