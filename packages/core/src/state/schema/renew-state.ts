/** The state that a new run begins with when it goes on from another run's: that one's, with new values put over it. */
import { fitValue } from "./fit-value.js";
import { Problems } from "./problems.js";
import { type Parsed, parseStrict } from "./strict-parse.js";
import { defOf, type Schema } from "./zod.js";

/**
 * `left` came out of a schema, perhaps of an earlier one: it is made to fit and checked, not transformed
 * again. `given` goes in: it is parsed, key by key.
 * @throws {FlowError} PLAN_ASYNC_SCHEMA – the schema turned out to have an asynchronous rule
 */
export function renewState(schema: Schema, left: object, given: object): Parsed {
  const def = defOf(schema);
  // without keys that can be parsed one by one there is but one way in
  if (def.type !== "object") return parseStrict(schema, { ...left, ...given });
  const state: Record<string, unknown> = { ...left };
  const problems = new Problems();
  for (const [key, value] of Object.entries(given)) {
    const child = (Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall) as Schema | undefined;
    if (child === undefined || defOf(child).type === "never") {
      problems.unknownKey(key, Object.keys(def.shape));
      continue;
    }
    const parsed = parseStrict(child, value);
    if (parsed.ok) state[key] = parsed.value;
    else for (const { path, message } of parsed.problems) problems.add(message, [key, ...path]);
  }
  if (problems.found.length > 0) return { ok: false, problems: problems.values };
  const fitted = fitValue(schema, state);
  return fitted.problems ? { ok: false, problems: fitted.problems } : { ok: true, value: fitted.value };
}
