import { defineFlow, reservedNames } from "../definition/index.js";
import type { PlanProblem } from "../errors/index.js";
import { compile } from "../plan/index.js";
import { findAsyncRules } from "../state/index.js";
import { type CompiledFlow, compiledFlow } from "./compiled-flow.js";

type FlowConstructor = abstract new (...args: never[]) => object;

export interface PlanOptions {
  /** @default false */
  readonly strict?: boolean;
}

const compiled = new WeakMap<FlowConstructor, CompiledFlow>();

/**
 * A flow class ready to run; compiled at its first use.
 * @throws {FlowError} PLAN_INVALID – with all problems of the class
 */
export function compileClass(flowClass: FlowConstructor, { strict = false }: PlanOptions = {}): CompiledFlow {
  const known = compiled.get(flowClass);
  if (known && !strict) return known;
  const definition = defineFlow(flowClass);
  const problems: PlanProblem[] = [];
  for (const schema of ["state", "inputs", "output"] as const) {
    for (const path of definition[schema] ? findAsyncRules(definition[schema]) : []) {
      problems.push({
        code: "PLAN_ASYNC_SCHEMA",
        message: `static ${schema} has an asynchronous rule at ${path}.`,
        hint: "Schemas are checked synchronously: do what needs waiting in a step.",
      });
    }
  }
  const plan = compile(definition, { reserved: new Set(reservedNames), problems, strict });
  const flow = compiledFlow(definition, plan);
  compiled.set(flowClass, flow);
  return flow;
}
