export { outcomeName } from "./edits.js";
export { follow } from "./evaluation.js";
export {
  type Compiled,
  compileExpression,
  type Expression,
  type ExpressionProblem,
  type Values,
} from "./expression.js";
export { type MoreNames, Scope } from "./scope.js";
export { compileTemplate, fill, fillParts, isValue, type Template } from "./template.js";
