import type { FlowClock } from "../ports/index.js";

/** setTimeout takes no more than this, 24.8 days, and fires at once beyond; a longer wait is cut into pieces. */
const longestMs = 2 ** 31 - 1;

/** Time as it passes outside. */
export const systemClock: FlowClock = {
  // looked up each time: tests put another one in its place
  now: () => Date.now(),

  setTimer(due, ms, { unref = false }) {
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
  },
};
