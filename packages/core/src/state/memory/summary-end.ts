import type { MemoryMessage } from "./memory.js";
import { beginnings } from "./paired-messages.js";
import { finishedList, newestSummary } from "./recent-messages.js";

/**
 * The position of a memory before which all may be put into a summary, so that the newest `keep` messages stay as they are and no call of
 * a tool is parted from its result; undefined: there is nothing to put into one that is not in one already.
 *
 * A summary is a message like others, added to the memory: `{ role: "system", content, summary: { until } }`.
 *
 * @example
 * const until = summaryEnd(this.state.history, 6);
 * if (until !== undefined) this.state.history.push({ role: "system", content: "…", summary: { until } });
 */
export function summaryEnd(memory: readonly MemoryMessage[], keep: number): number | undefined {
  const all = finishedList(memory);
  const from = newestSummary(all)?.until ?? 0;
  const mayBegin = beginnings(all);
  const isSaid = ({ role }: MemoryMessage) => role !== "system";
  let kept = 0;
  let until = all.length;
  while (until > from && (kept < keep || mayBegin[until] === false)) if (isSaid(all[--until]!)) kept++;
  return all.slice(from, until).some(isSaid) ? until : undefined;
}
