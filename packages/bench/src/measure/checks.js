/** A number counts only when the work behind it was done: every run's result is compared with what it must be. */
export function expectEqual(actual, expected, what) {
  if (actual !== expected) throw new Error(`wrong result: ${what} is ${String(actual)}, not ${String(expected)}`);
}
