import { hash } from "node:crypto";
import type { FlowPlan } from "./types.js";

/**
 * 16 hex digits that are equal for plans that are equal but for their version. The JSON that is hashed is canonical
 * because `compile` writes every object of a plan field by field in one fixed order; a test pins a hash, for stored
 * runs are compared by it.
 */
export function hashPlan(plan: Omit<FlowPlan, "hash" | "version">): string {
  return hash("sha256", JSON.stringify(plan)).slice(0, 16);
}
