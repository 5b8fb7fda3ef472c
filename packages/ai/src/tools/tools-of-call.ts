/** The step's tools as one call of a tool is given them: its key is its own, for two calls are two things that must each happen once. */
import type { StepTools } from "millrace";

export function toolsOfCall(tools: StepTools, idempotencyKey: string): StepTools {
  const call = replacing(tools.call, "idempotencyKey", () => idempotencyKey);
  return replacing(tools, "call", () => call);
}

/** The same object but for one member. Its others are read from itself, whose private members a copy has not. */
function replacing<T extends object>(whole: T, member: keyof T, read: () => unknown): T {
  return new Proxy(whole, {
    get(target, name) {
      if (name === member) return read();
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
