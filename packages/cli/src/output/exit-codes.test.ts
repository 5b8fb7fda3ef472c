import { readFileSync } from "node:fs";
import { errorCodes } from "millrace";
import { expect, test } from "vitest";
import { exitCodeOf, exitCodes } from "./exit-codes.js";

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

const page = readFileSync(new URL("../../../../docs/command-line.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| (\d+) \|[^|]*\|([^|]*)\|$/gm)].map(([, code, errors]) => ({
  code: Number(code),
  names: [...errors!.matchAll(/`([A-Z_]+\*?)`/g)].map(([, name]) => name!),
}));

/** By the row that names it, or most of it. */
function documented(error: string): number {
  const fitting = rows.flatMap(({ code, names }) =>
    names
      .filter((name) => (name.endsWith("*") ? error.startsWith(name.slice(0, -1)) : error === name))
      .map((name) => ({ code, length: name.length + (name.endsWith("*") ? 0 : 100) })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.code ?? exitCodes.failed;
}

test("the page has every exit code there is", () => {
  expect(rows.map(({ code }) => code)).toEqual(Object.values(exitCodes));
});

test("every error code ends with what the page says, and the page names none that is not there", () => {
  const codes = Object.keys(errorCodes);
  expect(Object.fromEntries(codes.map((code) => [code, documented(code)]))).toEqual(
    Object.fromEntries(codes.map((code) => [code, exitCodeOf({ code })])),
  );
  for (const name of rows.flatMap(({ names }) => names)) {
    const stem = name.replace("*", "");
    expect(codes.filter((code) => code.startsWith(stem))).not.toEqual([]);
  }
});
