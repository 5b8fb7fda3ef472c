import { expect, test } from "vitest";
import { exitCodeOf } from "./exit-codes.js";

test.each([
  [{ code: "PLAN_NO_START" }, 2],
  [{ code: "DEFINITION_STATIC_INVALID" }, 2],
  [{ code: "DEFINITION_DURATION_INVALID", runId: "r" }, 1],
  [{ code: "STATE_INVALID" }, 2],
  [{ code: "DOCUMENT_INVALID" }, 2],
  [{ code: "STEP_PARAMS_INVALID" }, 2],
  [{ code: "STEP_PARAMS_INVALID", runId: "r" }, 1],
  [{ code: "STATE_CONFLICT", runId: "r" }, 1],
  [{ code: "PLAN_CHANGED", runId: "r" }, 2],
  [{ code: "RUN_TIMEOUT", runId: "r" }, 124],
  [{ code: "RUN_NOT_FOUND" }, 4],
  [{ code: "PERSISTENCE_LOCKED" }, 1],
  [{ name: "Error", code: undefined }, 1],
])("%j ends with %i", (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
