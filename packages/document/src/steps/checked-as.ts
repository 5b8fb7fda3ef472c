import type { z } from "zod";
import { type StepErrorCode, stepError } from "./step-error.js";

/** A value as a schema answers it; or a failure that names every place where it does not fit. */
export function checkedAs(
  value: unknown,
  schema: z.ZodType,
  { code, what }: { readonly code: StepErrorCode; readonly what: string },
): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
  const listed = problems
    .slice(0, 5)
    .map(({ path, message }) => (path.length ? `${path.join(".")}: ${message}` : message));
  if (problems.length > 5) listed.push(`and ${problems.length - 5} more`);
  throw stepError(code, `${what} does not fit its type: ${listed.join("; ")}`, {
    hint: "Correct the data where it is made, or the type that the step declares.",
    details: { problems },
  });
}
