/** What steps have used, as `tokens 1204, cents 3`. */
import type { Usage } from "millrace";
import { plainText } from "./lines.js";

/** @param most So many kinds are named. */
export function usageText(usage: Usage, most = 3): string {
  const kinds = Object.entries(usage);
  const named = kinds.slice(0, most).map(([kind, count]) => `${plainText(kind)} ${countText(count)}`);
  return [...named, ...(kinds.length > most ? [`${kinds.length - most} more`] : [])].join(", ");
}

/** Sums of fractions without what binary adds to them. */
function countText(count: number): string {
  return String(Number(count.toPrecision(12)));
}

export function addedUsage(sum: Usage | undefined, more: Usage): Usage {
  const total: Record<string, number> = { ...sum };
  for (const [kind, count] of Object.entries(more)) total[kind] = (total[kind] ?? 0) + count;
  return total;
}
