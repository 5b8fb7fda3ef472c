/** A length of time as one reads it in passing: `250 ms`, `1.2 s`, `3 min`, `2 h`, `5 d`. */
export function timeText(ms: number): string {
  if (!Number.isFinite(ms)) return "no limit";
  if (ms < 1) return "< 1 ms";
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  const [size, unit] = units.findLast(([least]) => ms >= least * 0.9995) ?? units[0]!;
  const count = ms / size;
  return `${count < 9.95 ? Math.round(count * 10) / 10 : Math.round(count)} ${unit}`;
}

const units: readonly (readonly [number, string])[] = [
  [1000, "s"],
  [60_000, "min"],
  [3_600_000, "h"],
  [86_400_000, "d"],
];
