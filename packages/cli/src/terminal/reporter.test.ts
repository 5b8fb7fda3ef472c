import xterm from "@xterm/headless";
import { Flow, listen, router, start } from "millrace";
import { afterEach, expect, test, vi } from "vitest";
import { type ReporterOptions, reporter } from "./reporter.js";
import { terminalKind } from "./terminal-kind.js";

afterEach(() => void vi.useRealTimers());

class Notes extends Flow {
  @start() async *write() {
    yield "a chunk";
    return "text";
  }
  @router("write", { routes: ["good"] }) check(): "good" {
    return "good";
  }
  @listen("good") async fail(): Promise<void> {
    throw new Error('bad "thing"\n\u001B[2Jwith more');
  }
}

function streamTo(write: (text: string) => void): NodeJS.WriteStream {
  return { columns: 80, rows: 24, write } as unknown as NodeJS.WriteStream;
}

async function shown(kind: ReporterOptions["kind"]): Promise<string> {
  let text = "";
  const stream = streamTo((more) => {
    text += more;
  });
  const report = reporter({ streams: [stream], kind });
  const flow = new Notes();
  flow.events.on("*", (event) => report.event(event));
  await flow.kickoff(undefined, { id: "n1" }).catch(() => undefined);
  stream.write("a note\n");
  report.close();
  report.close();
  return text;
}

test("without a terminal each event is a line: type, place, fields", async () => {
  const text = await shown({ live: false, colours: false, unicode: true });
  const lines = text
    .replace(/=(<?[\d.]+m?s)\b/g, "=T")
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /gm, "")
    .trimEnd();
  expect(lines.split("\n")).toEqual([
    "run.created flow=Notes run=n1",
    "run.started flow=Notes run=n1",
    "step.started write#1 trigger=start",
    "step.completed write#1 duration=T",
    "step.started check#1 trigger=write",
    "step.completed check#1 duration=T labels=good",
    "route.taken check label=good",
    "step.started fail#1 trigger=good",
    'step.failed fail#1 duration=T error=STEP_FAILED message="Step \\"fail\\" failed: bad \\"thing\\" with more"',
    'run.failed run=n1 error=STEP_FAILED message="Step \\"fail\\" failed: bad \\"thing\\" with more"',
    "a note",
  ]);
});

test("on a terminal the last picture stays, and the cursor is there again", async () => {
  const text = await shown({ live: true, colours: false, unicode: true });
  expect(text).toContain("Notes  n1\n");
  expect(text).toContain("✗ fail");
  expect(text).not.toContain("\u001B[2J");
  expect(text).toContain("a note\n");
});

test("what others print stands above the picture, which is drawn again", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  const screen = new xterm.Terminal({ cols: 60, rows: 20, convertEol: true, allowProposedApi: true });
  const stream = streamTo((text) => screen.write(text));
  const report = reporter({ streams: [stream], kind: { live: true, colours: true, unicode: true } });
  const base = { runId: "r", flow: "Loop", at: Date.now() };
  const frames = () => vi.advanceTimersByTime(200);
  report.event({ ...base, seq: 1, type: "run.started", inputs: undefined });
  report.event({
    ...base,
    seq: 2,
    type: "step.started",
    step: "a",
    number: 1,
    attempt: 1,
    trigger: "start",
    payload: 0,
  });
  frames();
  stream.write("printed by a step\n");
  stream.write("no end of line");
  frames();
  report.event({ ...base, seq: 3, type: "step.completed", step: "a", number: 1, attempt: 1, output: 0, durationMs: 1 });
  report.event({ ...base, seq: 4, type: "run.completed", output: 0 });
  report.close();
  await new Promise<void>((resolve) => screen.write("", resolve));
  const { active } = screen.buffer;
  const lines = Array.from({ length: 20 }, (_, i) => active.getLine(i)!.translateToString(true)).filter(Boolean);
  expect(lines.map((line) => line.replace(/<?\d+(\.\d+)?m?s\b/g, "T"))).toEqual([
    "Loop  r",
    "printed by a step",
    "no end of line",
    "✓ a  T",
    "✓ completed after T",
  ]);
});

test("pictures are few, however many the events", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  let writes = 0;
  const report = reporter({
    streams: [streamTo(() => writes++)],
    kind: { live: true, colours: true, unicode: true },
  });
  const base = { runId: "r", flow: "Loop", at: 0 };
  report.event({ ...base, seq: 1, type: "run.started", inputs: undefined });
  for (let number = 1; number < 10_000; number++) {
    report.event({ ...base, seq: 2, type: "step.started", step: "a", number, attempt: 1, trigger: "a", payload: 0 });
    // ten thousand in a second
    if (number % 100 === 0) vi.advanceTimersByTime(10);
  }
  report.close();
  expect(writes).toBeGreaterThan(1);
  expect(writes).toBeLessThan(30);
});

test.each([
  ["a terminal", { isTTY: true, env: {} }, { live: true, colours: true }],
  ["a pipe", { isTTY: false, env: {} }, { live: false, colours: false }],
  ["NO_COLOR", { isTTY: true, env: { NO_COLOR: "1" } }, { live: true, colours: false }],
  ["an empty NO_COLOR", { isTTY: true, env: { NO_COLOR: "" } }, { live: true, colours: true }],
  ["FORCE_COLOR in a pipe", { isTTY: false, env: { FORCE_COLOR: "1" } }, { live: false, colours: true }],
  ["FORCE_COLOR=0", { isTTY: true, env: { FORCE_COLOR: "0" } }, { live: true, colours: false }],
  [
    "NO_COLOR over FORCE_COLOR",
    { isTTY: true, env: { NO_COLOR: "1", FORCE_COLOR: "1" } },
    { live: true, colours: false },
  ],
  ["CI", { isTTY: true, env: { CI: "true" } }, { live: false, colours: false }],
  ["TERM=dumb", { isTTY: true, env: { TERM: "dumb" } }, { live: false, colours: false }],
])("what is shown: %s", (_name, { isTTY, env }, expected) => {
  expect(terminalKind({ isTTY }, env)).toMatchObject(expected);
});
