import { FlowError } from "millrace";
import type { z } from "zod";

/**
 * A body as a route takes it; none counts as `{}`.
 * @throws {FlowError} SERVER_BODY_INVALID – it does not fit
 */
export function bodyAs<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
  const listed = problems.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
  throw new FlowError("SERVER_BODY_INVALID", `The body does not fit: ${listed.join("; ").slice(0, 1000)}`, {
    hint: "GET /openapi.json tells what it may hold.",
    details: { problems },
  });
}
