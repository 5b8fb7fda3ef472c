/**
 * What the command ends with, whichever way it prints: the one table of exit codes. `docs/command-line.md` shows it, for every error
 * code there is, and a test holds the two together; another ends the real command with each of them.
 */
export const exitCodes = {
  completed: 0,
  failed: 1,
  invalid: 2,
  waiting: 3,
  notFound: 4,
  timedOut: 124,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const { failed, invalid, notFound, timedOut, interrupted } = exitCodes;

/** Codes of errors that do not end with `failed`. */
const byCode: Readonly<Record<string, ExitCode>> = {
  CLI_USAGE_INVALID: invalid,
  CLI_CONFIG_INVALID: invalid,
  CLI_FLOW_AMBIGUOUS: invalid,
  CLI_LOAD_FAILED: invalid,
  CLI_FLOW_NOT_FOUND: notFound,
  CREATE_FOLDER_INVALID: invalid,
  CLI_INTERRUPTED: interrupted,
  PLAN_INVALID: invalid,
  PLAN_CHANGED: invalid,
  RUN_INPUTS_INVALID: invalid,
  RUN_EXISTS: invalid,
  RUN_ENDED: invalid,
  RUN_FLOW_MISMATCH: invalid,
  RUN_MIGRATION_INVALID: invalid,
  RUN_NOT_FOUND: notFound,
  RUN_POSITION_UNKNOWN: notFound,
  RUN_POSITION_GONE: notFound,
  RUN_TIMEOUT: timedOut,
  RUN_STOPPED: interrupted,
  SIGNAL_UNKNOWN: invalid,
  SIGNAL_INVALID: invalid,
  ANSWER_INVALID: invalid,
  CHAT_FLOW_INVALID: invalid,
  QUESTION_CLOSED: notFound,
  PERSISTENCE_QUERY_INVALID: invalid,
  SERVER_ADDRESS_REFUSED: invalid,
  SERVER_OPTION_INVALID: invalid,
  SERVER_SCHEDULE_EXISTS: invalid,
  SERVER_SCHEDULE_INVALID: invalid,
  SERVER_SCHEDULES_MISSING: invalid,
};

/** Invalid where nothing ran yet; a run that fails with one of these has failed. */
const beforeRuns =
  /^(DEFINITION|PLAN|STATE|DOCUMENT|CONVERT)_|^(STEP_PARAMS_INVALID|STEP_TYPE_INVALID|FLOW_HAS_NO_STEPS)$/;

/** @param error Anything thrown: a FlowError by its code, all else has failed. */
export function exitCodeOf(error: { readonly code?: unknown; readonly runId?: unknown }): ExitCode {
  const code = String(error.code);
  const known = byCode[code];
  if (known !== undefined) return known;
  return error.runId === undefined && beforeRuns.test(code) ? invalid : failed;
}
