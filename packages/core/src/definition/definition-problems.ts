import type { ValueProblem } from "../errors/index.js";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** What no compiler has checked for whoever writes a door in JavaScript. What the steps come to is for the plan to say. */
export function definitionProblems(definition: unknown): readonly ValueProblem[] {
  if (!isFields(definition)) return [{ path: [], message: "is no definition of a flow" }];
  const problems: ValueProblem[] = [];
  const ask = (fine: boolean, path: ValueProblem["path"], message: string) => {
    if (!fine) problems.push({ path, message });
  };
  const { name, steps, signals } = definition;
  ask(isText(name), ["name"], "is not a text");
  ask(signals instanceof Map, ["signals"], "is not a Map of schemas by name");
  ask(Array.isArray(steps), ["steps"], "is not a list");
  for (const [i, step] of (Array.isArray(steps) ? (steps as unknown[]) : []).entries()) {
    if (!isFields(step)) {
      ask(false, ["steps", i], "is no step");
      continue;
    }
    ask(isText(step.name), ["steps", i, "name"], "is not a text");
    ask(Array.isArray(step.conditions), ["steps", i, "conditions"], "is not a list");
    ask(typeof step.invoke === "function", ["steps", i, "invoke"], "is not a function");
  }
  return problems;
}
