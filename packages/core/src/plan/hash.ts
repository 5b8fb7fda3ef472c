import { createHash } from "node:crypto";
import type { FlowPlan } from "./types.js";

/** 16 hex digits that are equal for plans that are equal but for their version. */
export function hashPlan(plan: Omit<FlowPlan, "hash" | "version">): string {
  return createHash("sha256").update(canonicalJson(plan)).digest("hex").slice(0, 16);
}

/** JSON with the keys of every object in order, so that the order in which they were written does not matter. */
function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(",")}}`;
}
