/** setTimeout takes no more than this, 24.8 days, and fires at once beyond; a longer wait is cut into pieces. */
const longestMs = 2 ** 31 - 1;

/** A timer of any length. Answers a function that stops it. `unref`: it does not keep the process alive. */
export function longTimeout(due: () => void, ms: number, { unref = false } = {}): () => void {
  let left = ms;
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    const piece = Math.min(Math.max(left, 0), longestMs);
    left -= piece;
    timer = setTimeout(() => (left > 0 ? wait() : due()), piece);
    if (unref) timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}
