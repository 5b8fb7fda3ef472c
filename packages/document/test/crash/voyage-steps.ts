/** What the steps of the voyage do, through whatever door. Each notes its idempotency key in a file before it does anything. */
import { appendFileSync } from "node:fs";
import { approval, route, type StepTools } from "millrace";

interface Count {
  readonly n: number;
}
type Tools = StepTools<{ n: number; seen: string[] }>;

function note(what: string): void {
  if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${what}\n`);
}

export const begin = ({ n }: Count, { state, call }: Tools) => {
  note(call.idempotencyKey);
  state.n += n;
  return { n: n * 2, key: call.idempotencyKey };
};

/** Two things done once each, and paid for. */
export const left = async ({ n }: Count, { state, call, once, addUsage }: Tools) => {
  note(call.idempotencyKey);
  const first = await once("first", () => {
    note("once first");
    addUsage({ cents: 2 });
    return n + 1;
  });
  const second = await once("second", () => {
    note("once second");
    addUsage({ cents: 3 });
    return first + 1;
  });
  addUsage({ left: 1 });
  state.n += second;
  state.seen.push("left");
  return { n: second };
};

/** Fails at first. */
export const right = async ({ n }: Count, { state, call, addUsage }: Tools) => {
  note(call.idempotencyKey);
  addUsage({ right: 1 });
  if (call.attempt === 1) throw new Error("the first attempt always fails");
  state.n += n;
  state.seen.push("right");
  return { n };
};

export const both = ({ left, right }: { left: Count; right: Count }, { call }: Tools) => {
  note(call.idempotencyKey);
  return { n: left.n + right.n };
};

/** Called by `both`, and again and again by what comes of it. */
export const work = (given: unknown, { state, call }: Tools) => {
  note(call.idempotencyKey);
  state.n++;
  return { n: (given as Count).n + call.number };
};

export const check = ({ n }: Count, { call }: Tools) => route(call.number < 3 ? "again" : "enough", { n });

export const put = ({ n }: Count) => approval({ n }, { message: "Is it enough?", outcomes: ["yes", "no"] });

export const round = ({ n }: Count, { addUsage }: Tools) => {
  note("round");
  addUsage({ rounds: 1 });
  return { n: n + 1 };
};

export const port = async ({ n }: Count, { call, addUsage }: StepTools) => {
  note(call.idempotencyKey);
  addUsage({ ports: 1 });
  return { n: n + 1 };
};
export const quay = ({ n }: Count, { call }: StepTools) => {
  note(call.idempotencyKey);
  return { n: n + 1 };
};

export const end = ({ rounds: { n }, gone }: { rounds: Count; gone: number }, { state, call }: Tools) => {
  note(call.idempotencyKey);
  return `${n} and ${gone}, ${state.n} after ${[...state.seen].sort().join()}`;
};
