export { formatProblems } from "./format-problems.js";
export { Problems, type ProblemWords } from "./problems.js";
export { listed, shown } from "./shown.js";
