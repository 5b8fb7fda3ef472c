import { packageCodes } from "./package-codes.js";

/**
 * The registry of error codes, area first. `docs/errors/CODE.md` says more about every one; a test holds
 * the two together. `retryable`: trying the same thing again may succeed without a change of code or data.
 */
export const errorCodes = {
  PLAN_INVALID: {
    summary: "The flow has one or more plan problems; `details.problems` lists them all.",
    retryable: false,
  },
  PLAN_NO_START: { summary: "No step is marked with `@start()`.", retryable: false },
  PLAN_UNKNOWN_TRIGGER: { summary: "A condition waits for a name that nothing can produce.", retryable: false },
  PLAN_SELF_TRIGGER: { summary: "A condition waits for nothing but its own step.", retryable: false },
  PLAN_LABEL_IS_STEP: { summary: "A router's label bears the name of a step.", retryable: false },
  PLAN_EMPTY_CONDITION: {
    summary: "A condition has no operands, or an `atLeast` asks for more than it has.",
    retryable: false,
  },
  PLAN_DUPLICATE_OPERAND: {
    summary: "One name stands twice in an `and`, `atLeast`, or other group.",
    retryable: false,
  },
  PLAN_DUPLICATE_STEP: { summary: "Two steps bear the same name.", retryable: false },
  PLAN_UNREACHABLE_STEP: { summary: "No path from a start or a signal leads to the step.", retryable: false },
  PLAN_CONDITION_MISPLACED: { summary: "`each`, `race` or `keep` stands where it has no meaning.", retryable: false },
  PLAN_ROUTES_INVALID: {
    summary: "`routes` is empty, doubled, or given to a step that is not a router.",
    retryable: false,
  },
  PLAN_ROUTES_NEEDED: {
    summary: "Strict validation: a loop or an `or` depends on guessed labels; declare `routes`.",
    retryable: false,
  },
  PLAN_RESERVED_NAME: { summary: "A step bears the name of one of Flow's own members.", retryable: false },
  PLAN_ASYNC_SCHEMA: {
    summary: "A schema has an asynchronous rule; state, inputs and output are checked synchronously.",
    retryable: false,
  },
  PLAN_FOR_EACH_INVALID: {
    summary: "A `forEach` step is called by something else too, or waits for what hands over no list.",
    retryable: false,
  },
  PLAN_COLLECT_INVALID: {
    summary: "`collect` or `elements` names a step that is not called per element.",
    retryable: false,
  },
  PLAN_OPTION_INVALID: { summary: "A step's option has a value that it can't have.", retryable: false },
  PLAN_REFERENCE_INVALID: {
    summary: "A reference or a link of a flow leads to nothing, or can't be read.",
    retryable: false,
  },
  PLAN_STEP_INVALID: { summary: "What is given as a step can't be one.", retryable: false },
  DEFINITION_DECORATOR_MISPLACED: {
    summary: "A step decorator stands on something that is not an instance method.",
    retryable: false,
  },
  DEFINITION_DIALECT_UNKNOWN: {
    summary: "The compiler makes decorators of a dialect that is none of the two of TypeScript.",
    retryable: false,
  },
  DEFINITION_CONDITION_INVALID: { summary: "What was given to a decorator is not a condition.", retryable: false },
  DEFINITION_STATIC_INVALID: { summary: "A static of a flow class has a value that it can't have.", retryable: false },
  DEFINITION_DURATION_INVALID: { summary: 'A duration is neither milliseconds nor text like "10s".', retryable: false },
  DEFINITION_REFERENCE_MISUSED: {
    summary: "A reference was used as if it were the value that it stands for.",
    retryable: false,
  },
  DEFINITION_DATA_INVALID: {
    summary: "What is read as a definition is none, or a definition holds what JSON does not have.",
    retryable: false,
  },
  DEFINITION_IMPLEMENTATIONS_INVALID: {
    summary: "What is given to run a definition with is not what it asks for.",
    retryable: false,
  },
  STATE_OUTSIDE_STEP: {
    summary: "`this.state` or `this.call` was used where no step of the flow is running.",
    retryable: false,
  },
  STATE_INVALID: { summary: "The state does not fit its schema.", retryable: false },
  STATE_CONFLICT: {
    summary: "Two calls that ran at the same time wrote the same place, and no merge rule says how.",
    retryable: true,
  },
  STATE_NOT_SERIALIZABLE: {
    summary: "A value can't be stored: a function, class instance, symbol or cycle.",
    retryable: false,
  },
  STATE_MERGE_FAILED: { summary: "A merge rule threw or can't work on the values it met.", retryable: false },
  STATE_READONLY: { summary: "A Map or Set that is finished (committed, or a result) was changed.", retryable: false },
  STATE_CHANGED_IN_PLACE: {
    summary: "A Date, URL or typed array of the state was changed in place instead of replaced.",
    retryable: false,
  },
  STATE_IN_ONCE: { summary: "The state was changed inside `this.once`.", retryable: false },
  STEP_FAILED: { summary: "A step threw; `cause` is what it threw.", retryable: true },
  STEP_WHEN_FAILED: { summary: "A step's `when` threw, or answered a promise.", retryable: false },
  STEP_PARAMS_INVALID: { summary: "What a step is given does not fit the schema of its parameters.", retryable: false },
  STEP_TIMEOUT: { summary: "An attempt of a step took longer than its `timeout`.", retryable: true },
  STEP_REPEAT_LIMIT: {
    summary: "A step was repeated as often as it may be, and its condition still holds.",
    retryable: false,
  },
  STEP_REPEAT_MISUSED: { summary: "A round of a repeated step used what is stored apart from it.", retryable: false },
  ASK_SCHEMA_INVALID: { summary: "The schema of a question can't be told as JSON Schema.", retryable: false },
  ASK_IN_ONCE: { summary: "`this.ask` was used inside `this.once`.", retryable: false },
  QUESTION_CLOSED: { summary: "The question is not open: it was answered, or its time was up.", retryable: false },
  ANSWER_INVALID: { summary: "An answer does not fit what its question asks for.", retryable: false },
  CHILD_FAILED: { summary: "A run that a step has started by `this.runFlow` failed, or can't go on.", retryable: true },
  CHILD_TOO_DEEP: { summary: "Runs that start runs are nested too deep.", retryable: false },
  CHILD_PERSISTENCE_DIFFERS: {
    summary: "An instance given to `this.runFlow` has another persistence than its parent.",
    retryable: false,
  },
  CHILD_IN_ONCE: { summary: "`this.runFlow` was used inside `this.once`.", retryable: false },
  STEP_KEYS_CHANGED: {
    summary:
      "A step used other keys of `once`, `sleep`, `ask` or `runFlow` than in an earlier attempt of the same call.",
    retryable: false,
  },
  STEP_ELEMENTS_INVALID: { summary: "A `forEach` step was handed something that is not a list.", retryable: false },
  STEP_BATCH_INVALID: { summary: "What a step returned for a batch is not one result for each.", retryable: false },
  STEP_USAGE_INVALID: { summary: "What `this.addUsage` was given is no record of finite numbers.", retryable: false },
  ROUTE_UNKNOWN: { summary: "A router returned a label that is not among its routes.", retryable: false },
  APPROVAL_INVALID: { summary: "An approval can't be asked for as it is written.", retryable: false },
  ROUTE_INVALID: { summary: "A router returned something that is not a label.", retryable: false },
  RUN_INPUTS_INVALID: { summary: "What was given to `kickoff` does not fit the flow's inputs.", retryable: false },
  RUN_OUTPUT_INVALID: { summary: "The run's output does not fit the flow's `output` schema.", retryable: false },
  RUN_NOT_AT_REST: { summary: "A run that another one is to continue is running.", retryable: true },
  RUN_EXISTS: { summary: "A run with this id exists already.", retryable: false },
  RUN_NOT_FOUND: { summary: "No run with this id is stored here.", retryable: false },
  RUN_OWNED: { summary: "Another live process (or call) is driving this run.", retryable: true },
  RUN_CLAIM_LOST: {
    summary: "Another process took this run over; this one may no longer write to it.",
    retryable: true,
  },
  RUN_ENDED: { summary: "The run has ended and takes no more signals.", retryable: false },
  RUN_CANCELLED: { summary: "The run was cancelled.", retryable: false },
  RUN_TIMEOUT: { summary: "The run took longer than the `timeout` given to kickoff.", retryable: true },
  RUN_STOPPED: { summary: "The run was given up as it stands, by its caller's `stopSignal`.", retryable: true },
  RUN_CALL_LIMIT: { summary: "A step was called more often in one run than `maxCalls` allows.", retryable: false },
  RUN_FLOW_MISMATCH: { summary: "The stored run belongs to another flow.", retryable: false },
  RUN_CORRUPT: { summary: "The stored run can't be read: an entry is missing or damaged.", retryable: false },
  RUN_POSITION_UNKNOWN: {
    summary: "The run has no such position, or no such call that has completed.",
    retryable: false,
  },
  RUN_POSITION_GONE: {
    summary: "The journal no longer reaches back to this position of the run.",
    retryable: false,
  },
  PLAN_CHANGED: {
    summary: "What a stored run still needs has changed in the flow's code.",
    retryable: false,
  },
  SESSION_BUSY: { summary: "Another run of the session runs or waits.", retryable: true },
  RUN_MIGRATION_INVALID: {
    summary: "`migrate` was told to rename what is not there, or its `state` threw.",
    retryable: false,
  },
  SIGNAL_UNKNOWN: { summary: "No condition of the flow waits for a signal of this name.", retryable: false },
  SIGNAL_INVALID: { summary: "The payload does not fit the signal's schema.", retryable: false },
  PERSISTENCE_LOCKED: { summary: "Another process holds the database locked for too long.", retryable: true },
  PERSISTENCE_FULL: { summary: "The disk is full.", retryable: true },
  PERSISTENCE_NOT_A_DATABASE: { summary: "The file is not a Millrace database.", retryable: false },
  PERSISTENCE_SCHEMA_NEWER: { summary: "The database was written by a newer release.", retryable: false },
  PERSISTENCE_CANT_OPEN: {
    summary: "The database can't be opened: no such folder, or no right to it.",
    retryable: false,
  },
  PERSISTENCE_QUERY_INVALID: {
    summary: "A query of stored runs has a limit or cursor that it can't have.",
    retryable: false,
  },
  PERSISTENCE_CLOSED: { summary: "The persistence was closed.", retryable: false },
  PERSISTENCE_DRIVER: { summary: "The database driver can't be loaded on this Node.", retryable: false },
  PERSISTENCE_FAILED: {
    summary: "The persistence failed in a way that it does not know; `cause` says more.",
    retryable: true,
  },
  ...packageCodes,
  INTERNAL: { summary: "A case that can't happen happened; please report it with `details`.", retryable: false },
} as const satisfies Record<string, { summary: string; retryable: boolean }>;

export type ErrorCode = keyof typeof errorCodes;
