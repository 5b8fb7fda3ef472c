/** Whether inputs are those that a run was started with: as its flow's schema makes them, whatever their order or notation. */
import { isDeepStrictEqual } from "node:util";
import { toJson } from "millrace";
import { isZodSchema } from "../host/index.js";

export function sameInputs(
  { inputs, state }: { readonly inputs?: unknown; readonly state?: unknown },
  stored: unknown,
  given: unknown,
): boolean {
  const made = () => (isZodSchema(inputs) ? parsed(inputs, given) : partsOf(state, given));
  const first = made();
  // where the schema makes something new each time (an id, a date) nothing can be said against it
  return isDeepStrictEqual(plain(first), plain(stored)) || !isDeepStrictEqual(plain(first), plain(made()));
}

function parsed(schema: { safeParse(value: unknown): { data?: unknown } }, given: unknown): unknown {
  return schema.safeParse(given ?? {}).data;
}

/** Without `inputs` they are parts of the state. */
function partsOf(state: unknown, given: unknown): unknown {
  const parts = (given ?? {}) as Record<string, unknown>;
  const made = isZodSchema(state) ? (parsed(state, parts) as Record<string, unknown> | undefined) : parts;
  return made && Object.fromEntries(Object.keys(parts).map((key) => [key, made[key]]));
}

const plain = (value: unknown): unknown => {
  const text = JSON.stringify(toJson(value));
  return text === undefined ? undefined : JSON.parse(text);
};
