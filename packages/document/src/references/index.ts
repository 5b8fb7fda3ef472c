export { type FoundReference, findReferences } from "./find-references.js";
export { isMade, referenceProblems } from "./reference-problems.js";
export { connectionRef, memoryRef, modelRef, type ReferenceTarget, toolRef } from "./references.js";
