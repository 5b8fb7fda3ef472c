import {
  and,
  approval,
  collect,
  elements,
  Flow,
  type FlowEvent,
  type FlowPlan,
  forEach,
  listen,
  or,
  route,
  router,
  start,
} from "millrace";
import { describe, expect, test } from "vitest";
import { glyphsFor } from "./glyphs.js";
import { textOf, widthOf } from "./lines.js";
import { RunView } from "./run-view.js";

const glyphs = glyphsFor({ unicode: true });

type Watched = { events: Flow["events"]; kickoff(inputs?: unknown): Promise<unknown> };

/** The events of a run, each with the live lines that a reader sees after it. */
async function record(flow: unknown): Promise<readonly FlowEvent[]> {
  const { events, kickoff } = flow as Watched;
  const heard: FlowEvent[] = [];
  events.on("*", (event) => void heard.push(event));
  await kickoff.call(flow).catch(() => undefined);
  return heard;
}

/** Plays events up to one that fits, and answers what is on the screen then: settled lines, a rule, live ones. */
function screenAt(
  events: readonly FlowEvent[],
  options: { plan?: FlowPlan; until?: (event: FlowEvent) => boolean; rows?: number; columns?: number } = {},
): string {
  const { plan, until = () => false, rows = 50, columns = 100 } = options;
  const view = new RunView((flow) => (flow === plan?.flow ? plan : undefined));
  const settled: string[] = [];
  let live: string[] = [];
  for (const event of events) {
    view.reduce(event);
    // what follows a completion in the same commit is drawn with it
    if (event.type === "step.completed" && event !== events.at(-1) && !until(event)) continue;
    const frame = view.frame({ glyphs, now: event.at, tick: 0, rows, columns });
    settled.push(...frame.settled.map(textOf));
    live = frame.live.map(textOf);
    if (until(event)) break;
  }
  return steady([...settled, ...(live.length > 0 ? ["---", ...live] : [])].join("\n"));
}

/** Without what differs from run to run. */
function steady(text: string): string {
  return text.replace(/<?\d+(\.\d+)?m?s\b/g, "T").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
}

class Review extends Flow<{ rounds: number }> {
  override initialState = { rounds: 0 };
  @start() research() {
    return "notes";
  }
  @listen(or("research", "rework")) write(notes: string) {
    this.state.rounds++;
    return notes;
  }
  @router("write", { routes: ["good", "rework"] }) check(draft: string) {
    return this.state.rounds < 37 ? route("rework", draft) : route("good", draft);
  }
  @listen(and("research", "good")) publish() {
    return "done";
  }
}

describe("a loop", () => {
  test("folds into one line per step, joins tell how full they are", async () => {
    const events = await record(new Review());
    const until = (event: FlowEvent) => event.type === "route.taken" && event.label === "rework";
    expect(screenAt(events, { plan: Review.plan(), until })).toBe(
      [
        "Review  ID",
        "✓ research  T",
        "---",
        "✓ write  T",
        "✓ check  → rework  T",
        "◌ publish  join 1 of 2, waits for good",
      ].join("\n"),
    );
    expect(screenAt(events, { plan: Review.plan() })).toBe(
      [
        "Review  ID",
        "✓ research  T",
        "✓ write ×37  T",
        "✓ check ×37  → rework ×36, good  T",
        "✓ publish  T",
        "✓ completed after T",
      ].join("\n"),
    );
  });
});

class Fetch extends Flow {
  @start() list() {
    return Array.from({ length: 1000 }, (_, i) => i);
  }
  @forEach("list", { onError: "collect", concurrency: 10 }) fetch(n: number) {
    if (n === 7) throw new Error("no such page");
    return n;
  }
  @listen(collect("fetch")) sum() {
    return "done";
  }
}

test("a thousand elements are one bar", async () => {
  const events = await record(new Fetch());
  const plan = Fetch.plan();
  const half = (event: FlowEvent) => event.type === "step.completed" && event.index === 500;
  expect(screenAt(events, { plan, until: half })).toMatch(
    /^⠋ fetch {2}█{10}░{10} 50\d\/1000 {2}T · \d+ running · 1 failed\n {2}no such page$/m,
  );
  expect(screenAt(events, { plan })).toMatch(/fetch {2}█{20} 1000\/1000/);
});

class Stages extends Flow {
  @start() list() {
    return Array.from({ length: 100 }, (_, i) => i);
  }
  @forEach("list", { onError: "collect" }) fetch(n: number) {
    if (n === 7) throw new Error("no such page");
    return n;
  }
  @forEach(elements("fetch"), { when: (_, n) => n !== 9 }) parse(n: number) {
    return n;
  }
  @forEach(elements("parse")) store(n: number) {
    return n;
  }
  @listen(collect("store")) sum() {
    return "done";
  }
}

test("what elements go through has a bar for each step, of those that come there", async () => {
  const screen = screenAt(await record(new Stages()), { plan: Stages.plan() });
  expect(screen).toMatch(/fetch {2}█{20} 100\/100/);
  expect(screen).toMatch(/parse {2}█{20} 99\/99/);
  expect(screen).toMatch(/store {2}█{20} 98\/98/);
});

class Leaf extends Flow<{ n: number }> {
  override initialState = { n: 0 };
  @start() work() {
    return this.state.n;
  }
  @listen("work") tell() {
    return "told";
  }
}

class Tree extends Flow {
  @start() grow() {
    return [1, 2, 3];
  }
  @forEach("grow") async branch(n: number) {
    return this.runFlow(Leaf, { n });
  }
}

test("runs that a step starts stand below it, as many as they are", async () => {
  const events = await record(new Tree());
  expect(screenAt(events, { plan: Tree.plan() })).toBe(
    [
      "Tree  ID",
      "✓ grow  T",
      "✓ branch  ████████████████████ 3/3  T",
      "  Leaf ×3",
      "  ✓ work ×3  T",
      "  ✓ tell ×3  T",
      "✓ completed after T",
    ].join("\n"),
  );
});

class Desk extends Flow {
  @start() async *draft() {
    yield "Once upon ";
    yield "a time";
    return "story";
  }
  @router("draft") review(text: string) {
    return approval(text, { message: "Publish?", outcomes: ["yes", "no"] });
  }
  @listen("yes") publish() {}
}

test("what streams shows its end, what is asked its question", async () => {
  const events = await record(new Desk());
  const streaming = (event: FlowEvent) => event.type === "output.chunk" && event.chunk === "a time";
  expect(screenAt(events, { until: streaming })).toBe("Desk  ID\n---\n⠋ draft  T\n  Once upon a time");
  expect(screenAt(events)).toBe("Desk  ID\n✓ draft  T\n? review  T\n  ? Publish?\n◷ waiting after T");
});

class Payment extends Flow {
  @start({ retry: { attempts: 2, delay: 5 } }) charge(): string {
    throw new Error("card \u001B[31mrefused\u001B[0m\nsecond line");
  }
  @listen("charge") ship() {}
}

test("retries count down, errors stay with what they said and no escape sequence", async () => {
  const events = await record(new Payment());
  const retrying = (event: FlowEvent) => event.type === "step.retrying";
  expect(screenAt(events, { until: retrying })).toContain(
    "↻ charge  T · attempt 1 failed, the next in T: card refused second line",
  );
  expect(screenAt(events)).toBe("Payment  ID\n✗ charge  T\n  card refused\n  second line\n✗ failed after T");
});

test("more steps than rows: what is done makes way, the rest is counted", async () => {
  const at = 1_000;
  const base = { runId: "r", flow: "Wide", at };
  const begun = (step: string, seq: number): FlowEvent => ({
    ...base,
    seq,
    type: "step.started",
    step,
    number: 1,
    attempt: 1,
    trigger: "start",
    payload: 0,
  });
  const names = Array.from({ length: 30 }, (_, i) => `step${i}`);
  const events: FlowEvent[] = [{ ...base, seq: 1, type: "run.started", inputs: undefined }, ...names.map(begun)];
  const done: FlowEvent = {
    ...base,
    seq: 40,
    type: "step.completed",
    step: "step5",
    number: 1,
    attempt: 1,
    output: 1,
    durationMs: 1,
  };
  const lines = screenAt([...events, done], { rows: 8 }).split("\n");
  expect(lines).toContain("✓ step5  T");
  expect(lines.slice(lines.indexOf("---") + 1)).toHaveLength(8);
  expect(lines.at(-1)).toBe("… 22 more lines");
});

test("wide characters, and names of any length, stay inside of the columns", async () => {
  const { cutLine } = await import("./lines.js");
  const line = [
    ["plain", "研究の手順👩‍👩‍👧を書く"],
    ["dim", " and more text"],
  ] as const;
  for (let columns = 2; columns < 40; columns++) {
    expect(widthOf(textOf(cutLine(line, columns, "…")))).toBeLessThanOrEqual(columns);
  }
  expect(textOf(cutLine(line, 40, "…"))).toBe(textOf(line));
});

test("thousands of events cost little each", () => {
  const view = new RunView();
  const base = { runId: "r", flow: "Loop", at: 0, step: "turn", attempt: 1 };
  view.reduce({ runId: "r", flow: "Loop", at: 0, seq: 0, type: "run.started", inputs: undefined });
  for (let number = 1; number <= 5_000; number++) {
    view.reduce({ ...base, seq: 1, type: "step.started", number, trigger: "a", payload: 0 });
    view.reduce({ ...base, seq: 1, type: "step.completed", number, output: 0, durationMs: 1 });
  }
  const { live } = view.frame({ glyphs, now: 0, tick: 0, rows: 10, columns: 80 });
  expect(live.map(textOf).join()).toBe("");
});
