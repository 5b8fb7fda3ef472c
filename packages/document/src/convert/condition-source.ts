/** A condition as what a decorator is given. */
import type { StepDefinition } from "millrace";
import type { ModuleNames } from "./module-names.js";
import { call, type Source } from "./text-layout.js";

type ConditionData = StepDefinition["conditions"][number];

export interface ConditionNames {
  readonly names: ModuleNames;
  /** The constant of a signal. */
  readonly signal: (name: string) => string;
}

export function conditionSource(condition: ConditionData, { names, signal }: ConditionNames): Source {
  const word = (name: string, ...args: readonly Source[]) => call(names.imported("millrace", name), args);
  const write = (one: ConditionData): Source => {
    switch (one.kind) {
      case "name":
        return JSON.stringify(one.name);
      case "signal":
        return signal(one.name);
      case "failed":
      case "settled":
      case "collect":
        return word(one.kind, JSON.stringify(one.step));
      case "elements":
        return word(
          "elements",
          ...[one.step, ...(one.with ?? [])].map((step) => JSON.stringify(step)),
          ...(one.list === undefined ? [] : [word("each", JSON.stringify(one.list))]),
        );
      case "outcomes":
        return word("collect", word("settled", JSON.stringify(one.step)));
      case "keep":
        return word("keep", write(one.of));
      case "atLeast":
        return word("atLeast", String(one.count), ...one.of.map(write));
      default:
        return word(one.kind, ...one.of.map(write));
    }
  };
  return write(condition);
}
