/** The tables, as markdown: on the terminal and in results.md they are the same. */
import { judgeBars } from "./bars.js";
import { caseOf, catalog, formatNumber, workloadOf } from "./catalog.js";

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const range = (spread) => (spread === undefined ? "" : `${formatNumber(spread.low)} – ${formatNumber(spread.high)}`);

/** @param {import("./statistics.js").Results} results */
export function barTable(results) {
  const rows = judgeBars(results);
  return rows.length === 0 ? "" : table(["bar", "limit", "measured", "verdict"], rows);
}

/**
 * One table for each workload that was run.
 * @param {import("./statistics.js").Results} results @param {Map<string, string>} titles by contender
 */
export function workloadTables(results, titles) {
  return catalog.flatMap((workload) => {
    const records = results.all.filter(({ key }) => workloadOf(key) === workload);
    if (records.length === 0) return [];
    const columns = workload.columns.filter(([field]) =>
      records.some((record) => record.runs.some(({ result }) => result[field] != null)),
    );
    const head = ["", "case", workload.unit, "from – to", "× floor", "from – to", ...columns.map(([, title]) => title)];
    const rows = records.map((record) => row({ record, columns, results, titles }));
    return [`### ${workload.id}: ${workload.title}\n\nFloor: ${workload.floor}.\n\n${table(head, rows)}`];
  });
}

function row({ record, columns, results, titles }) {
  const { contender, key, failure } = record;
  const title = titles.get(contender) ?? contender;
  const spread = results.spread(contender, key);
  if (spread === undefined)
    return [title, caseOf(key), `– (${failure ?? "not run"})`, "", "", "", ...columns.map(() => "")];
  const ratio = results.ratioToFloor(contender, key);
  const extra = columns.map(([field]) => formatNumber(results.spread(contender, key, field)?.median));
  const times = ratio === undefined ? "" : `×${formatNumber(ratio.median)}`;
  return [title, caseOf(key), formatNumber(spread.median), range(spread), times, range(ratio), ...extra];
}

/** @param {readonly { title: string, footprint: import("./footprint.js").Footprint }[]} rows */
export const footprintTable = (rows) =>
  table(
    ["", "packages", "MB", "which"],
    rows.map(({ title, footprint: { packages, mb, names } }) => [
      title,
      String(packages),
      formatNumber(mb),
      packages <= 8 ? names.join(", ") : "",
    ]),
  );
