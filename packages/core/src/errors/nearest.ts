/** The candidate that a misspelt name most likely meant, or undefined when none is near enough to be worth naming. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // what is that long was not misspelt, and would be compared for seconds
  if (name.length > longest) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

const longest = 100;
/** Three rows of distances, used again: a flow of a thousand steps may be searched for a thousand names. */
const rows = [0, 1, 2].map(() => new Uint16Array(longest * 2));

/** Optimal string alignment distance (insert, delete, replace, swap neighbours); gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || b.length >= longest * 2) return limit;
  let [beforeLast, last, row] = rows as [Uint16Array, Uint16Array, Uint16Array];
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const sign = a.charCodeAt(i - 1);
    // what is farther from the diagonal costs more than the limit already
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 ? i : limit;
    let least = row[from - 1]!;
    for (let j = from; j <= to; j++) {
      const other = b.charCodeAt(j - 1);
      const above = j === i + limit ? limit : last[j]!;
      let cost = Math.min(above + 1, row[j - 1]! + 1, last[j - 1]! + (sign === other ? 0 : 1));
      if (i > 1 && j > 1 && sign === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least >= limit) return limit;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return Math.min(limit, last[b.length]!);
}
