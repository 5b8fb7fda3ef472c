import type { StepTools } from "millrace";

const names = ["once", "sleep", "ask", "emit", "runFlow", "addUsage"];

/** What a function of the builder is given beside its parameters, as the method of a class has it on `this`. */
export function boundTools(self: any): StepTools {
  const bound = Object.fromEntries(names.map((name) => [name, self[name].bind(self)]));
  return { ...bound, state: self.state, call: self.call } as never;
}
