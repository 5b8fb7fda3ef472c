import type { ValueProblem } from "../../errors/index.js";
import { Problems } from "./problems.js";
import { findUnknownKeys } from "./unknown-keys.js";
import { guardAsync, type Schema, safeParse } from "./zod.js";

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly ValueProblem[] };

/**
 * @throws {FlowError} PLAN_ASYNC_SCHEMA – the schema turned out to have an asynchronous rule
 */
export function parseStrict(schema: Schema, value: unknown): Parsed {
  const problems = new Problems();
  const result = guardAsync(safeParse, schema, value);
  for (const issue of result.error?.issues ?? []) {
    // Told by the walk below, with the nearest name.
    if (issue.code !== "unrecognized_keys") problems.add(issue.message, issue.path as (string | number)[]);
  }
  findUnknownKeys(schema, value, problems);
  return problems.found.length === 0 ? { ok: true, value: result.data } : { ok: false, problems: problems.values };
}
