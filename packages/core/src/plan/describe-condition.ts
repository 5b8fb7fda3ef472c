import type { Condition } from "../definition/index.js";

/** Operands shown of one group before the rest is only counted. */
const shown = 6;

/** A condition as its author would write it, shortened: `and("a", failed("b"), atLeast(2, "c", "d", "e"))`. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case "name":
      return JSON.stringify(condition.name);
    case "signal":
      return `signal(${JSON.stringify(condition.name)})`;
    case "failed":
    case "settled":
      return `${condition.kind}(${JSON.stringify(condition.step)})`;
    case "collect":
      return `collect(${JSON.stringify(condition.step)})`;
    case "elements":
      return `elements(${elementWords(condition).join(", ")})`;
    case "outcomes":
      return `collect(settled(${JSON.stringify(condition.step)}))`;
    case "keep":
      return `keep(${describeCondition(condition.of)})`;
    default: {
      const operands = condition.of.slice(0, shown).map(describeCondition);
      if (condition.of.length > shown) operands.push(`… ${condition.of.length - shown} more`);
      if (condition.kind === "atLeast") operands.unshift(String(condition.count));
      return `${condition.kind}(${operands.join(", ")})`;
    }
  }
}

function elementWords({ step, with: others = [], list }: Extract<Condition, { kind: "elements" }>): readonly string[] {
  const names = [step, ...others].map((name) => JSON.stringify(name));
  return list === undefined ? names : [...names, `each(${JSON.stringify(list)})`];
}
