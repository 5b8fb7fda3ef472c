import type { Usage } from "../ports/index.js";

/** The sum; the very same object where there is nothing to add. */
export function addUsage(sum: Usage | undefined, more: Usage | undefined): Usage | undefined {
  if (!sum || !more) return sum ?? more;
  const total: Record<string, number> = { ...sum };
  for (const [key, count] of Object.entries(more)) total[key] = (total[key] ?? 0) + count;
  return Object.freeze(total);
}

/** What has been added since; nothing for keys that have not changed. */
export function usageSince(before: Usage | undefined, now: Usage | undefined): Usage | undefined {
  if (!before || !now) return now;
  const added = Object.entries(now)
    .map(([key, count]) => [key, count - (before[key] ?? 0)] as const)
    .filter(([, count]) => count !== 0);
  return added.length > 0 ? Object.freeze(Object.fromEntries(added)) : undefined;
}
