export { type FoundReference, findReferences } from "./find-references.js";
export { isMade, referenceProblems } from "./reference-problems.js";
export { connectionRef, flowRef, memoryRef, modelRef, toolRef } from "./references.js";
