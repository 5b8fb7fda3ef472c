export { type FoundReference, findReferences } from "./find-references.js";
export { isMade, referenceProblems } from "./reference-problems.js";
export { connectionRef, memoryRef, modelRef, toolRef } from "./references.js";
