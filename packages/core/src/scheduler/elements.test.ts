/** How much is under way where the elements of a list go from step to step: never more than the steps work on at once. */
import { expect, test } from "vitest";
import { collect, elements, forEachOf, on, sampleFlow, start } from "../../test/support/sample-flow.js";
import { compile } from "../plan/index.js";
import { Scheduler } from "./index.js";

/** Ends calls in an order of chance; a fixed sequence of numbers, so that a failure happens again. */
function drawn(): (count: number) => number {
  let number = 1;
  return (count) => {
    number = (number * 48_271) % 2_147_483_647;
    return number % count;
  };
}

test("10,000 elements through three steps: calls, what waits and what is stored stay within bounds", () => {
  const size = 10_000;
  const atOnce = { one: 16, two: 4, three: 7 };
  const plan = compile(
    sampleFlow({
      list: start(),
      one: forEachOf("list", { concurrency: atOnce.one, onError: "collect" }),
      two: forEachOf(elements("one"), { concurrency: atOnce.two }),
      three: forEachOf(elements("two"), { concurrency: atOnce.three }),
      all: on(collect("three")),
    }),
  );
  const scheduler = new Scheduler(plan);
  const choose = drawn();
  const list = Array.from({ length: size }, (_, i) => i);
  scheduler.apply({ type: "started", payload: null });
  scheduler.apply({ type: "completed", call: 1, output: list, labels: [] });
  let mostWaiting = 0;
  const peaks = [0, 0, 0, 0, 0];
  let overlapped = false;
  for (let ended = 0; ; ended++) {
    const open = scheduler.openCalls();
    const counts = [0, 0, 0, 0, 0];
    for (const { step } of open) counts[step]!++;
    for (const [step, count] of counts.entries()) peaks[step] = Math.max(peaks[step]!, count);
    overlapped ||= counts[1]! > 0 && counts[3]! > 0;
    if (ended % 500 === 0)
      for (const pass of scheduler.snapshot().passes!.open)
        mostWaiting = Math.max(mostWaiting, pass.follows?.waiting.length ?? 0);
    const call = open[choose(open.length)]!;
    if (call.step === 4) {
      expect(call.payload).toEqual(list.filter((n) => n % 100 !== 5));
      break;
    }
    const n = call.payload as number;
    if (call.step === 1 && n % 100 === 5) scheduler.apply({ type: "failed", call: call.id, error: "five" });
    else scheduler.apply({ type: "completed", call: call.id, output: n, labels: [] });
  }
  expect(overlapped).toBe(true);
  expect(peaks.slice(1)).toEqual([...Object.values(atOnce), 1]);
  expect(mostWaiting).toBeGreaterThan(0);
  // what the next step works on at once, and what was under way when that was reached
  expect(mostWaiting).toBeLessThanOrEqual(atOnce.two + atOnce.one - 1);
}, 300_000);

test("a chain of five hundred steps does not exhaust the stack", () => {
  const length = 500;
  const names = Array.from({ length }, (_, i) => `s${i}`);
  const steps = names.map((name, i) => [
    name,
    forEachOf(i === 0 ? "list" : elements(names[i - 1]!), { onError: "collect" }),
  ]);
  const plan = compile(sampleFlow({ list: start(), ...Object.fromEntries(steps), all: on(collect(names.at(-1)!)) }));
  const scheduler = new Scheduler(plan);
  scheduler.apply({ type: "started", payload: null });
  scheduler.apply({ type: "completed", call: 1, output: ["fails", "goes on"], labels: [] });
  scheduler.apply({ type: "failed", call: 2, error: "fails" });
  for (let i = 0; i < length; i++) {
    const [call] = scheduler.openCalls();
    scheduler.apply({ type: "completed", call: call!.id, output: call!.payload, labels: [] });
  }
  expect(scheduler.openCalls()).toMatchObject([{ step: length + 1, payload: ["goes on"] }]);
});
