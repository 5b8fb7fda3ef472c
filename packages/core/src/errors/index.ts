export { type ErrorCode, errorCodes } from "./codes.js";
export type { DetailsOf, DocumentProblem, ErrorDetails, PlanDifference, PlanProblem, ValueProblem } from "./details.js";
export { type ErrorData, FlowError, type FlowErrorOptions } from "./flow-error.js";
export { listProblems } from "./list-problems.js";
export { nearest } from "./nearest.js";
export { describeThrown } from "./thrown.js";
