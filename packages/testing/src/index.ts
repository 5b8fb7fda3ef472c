// For authors of persistence adapters.
export type { ConformanceCheck, PersistenceConformanceOptions } from "./persistence/check.js";
export { persistenceConformance } from "./persistence/conformance.js";
