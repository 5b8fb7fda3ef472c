import { type DefinitionData, definitionData } from "../definition/index.js";
import type { FlowPlan } from "../plan/index.js";
import { compileClass, type PlanOptions } from "./compile-class.js";

type AnyFlowClass = abstract new (...args: never[]) => object;

/** What a flow class says of itself before anything runs. */
export abstract class PlannedFlow<C> {
  /** Types only. A string key, so that declaration files can name it. */
  declare readonly "~types"?: C;

  /**
   * The plan that the class compiles to: frozen, plain JSON. `strict` also asks for `routes` wherever a loop or an `or`
   * depends on labels that are only guessed from a router's source.
   * @throws {FlowError} PLAN_INVALID – with all problems of the class
   */
  static plan(this: AnyFlowClass, options?: PlanOptions): FlowPlan {
    return compileClass(this, options).plan;
  }

  /**
   * The flow as plain JSON, all but the functions, which stand as references; `fromDefinition` makes a flow of it again. Schemas
   * are told as JSON Schema; one that runs code, such as a transform, stands as a reference too.
   * @throws {FlowError} PLAN_INVALID – with all problems of the class
   * @throws {FlowError} DEFINITION_DATA_INVALID – what a step is given holds a value that JSON does not have
   * @example
   * await writeFile("review.json", JSON.stringify(Review.toDefinition()));
   */
  static toDefinition(this: AnyFlowClass): DefinitionData {
    return definitionData(compileClass(this).definition);
  }
}
