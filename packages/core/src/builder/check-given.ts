/** What a builder is given by code that no compiler has checked: said where it is given, before anything is made of it. */
import { describeThrown, FlowError, nearest } from "../errors/index.js";

/** @throws {FlowError} PLAN_OPTION_INVALID – it is no zod schema */
export function schemaGiven<T>(value: T, where: string): T {
  if (typeof value === "object" && value !== null && "_zod" in value) return value;
  throw notA("a zod schema", { value, where });
}

/** @throws {FlowError} PLAN_OPTION_INVALID – it is neither absent nor a function */
export function functionGiven<T>(value: T, where: string): T {
  if (value === undefined || typeof value === "function") return value;
  throw notA("a function", { value, where });
}

/** @throws {FlowError} PLAN_OPTION_INVALID – it is neither absent nor an object; a list is none */
export function objectGiven<T>(value: T, where: string): T {
  if (value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value))) return value;
  throw notA("an object", { value, where });
}

/** @throws {FlowError} PLAN_OPTION_INVALID – it has a key that is none of those that are known */
export function optionsGiven(given: object, known: readonly string[], what: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new FlowError("PLAN_OPTION_INVALID", `${what} has an unknown option "${key}".`, {
      hint: near ? `Did you mean "${near}"?` : `There are: ${known.join(", ")}.`,
    });
  }
}

/** @throws {FlowError} PLAN_OPTION_INVALID – it is no text, or an empty one */
export function textGiven(value: string, where: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw notA("a text", { value, where });
}

export function notA(what: string, { value, where }: { readonly value: unknown; readonly where: string }): FlowError {
  const given =
    value === null
      ? "null"
      : Array.isArray(value)
        ? "a list"
        : typeof value === "object"
          ? "an object"
          : `a ${typeof value}`;
  const is = value === undefined ? "nothing" : given;
  return new FlowError("PLAN_OPTION_INVALID", `${where} is ${is}, not ${what}.`, { hint: `Give it ${what}.` });
}

/** Runs the author's function of references; what it throws itself is told as such. */
export function asked<T>(make: () => T, what: string): T {
  try {
    return make();
  } catch (cause) {
    if (FlowError.is(cause)) throw cause;
    throw new FlowError(
      "DEFINITION_REFERENCE_MISUSED",
      `The function that says what "${what}" is given threw: ${describeThrown(cause).message}`,
      { hint: "It is asked once, when the flow is built, and only puts references and fixed values together.", cause },
    );
  }
}
