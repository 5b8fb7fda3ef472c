// Every release's stored runs go on in this one, to the same ends.
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listen } from "millrace";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { SqlitePersistence } from "../src/index.js";
import { Desk, Mill, mill, Nap, Sacks, Shelf } from "./fixtures/flows.js";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const releases = readdirSync(fixtures).filter((name) => name.endsWith(".sqlite"));
const folder = mkdtempSync(join(tmpdir(), "millrace-stored-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("there are stored runs", () => {
  expect(releases).toContain("0.1.0.sqlite");
});

describe.each(releases)("runs of %s", (release) => {
  let persistence: SqlitePersistence;
  let shelf: Shelf;
  let copies = 0;
  beforeEach(() => {
    const file = join(folder, `${++copies}-${release}`);
    copyFileSync(join(fixtures, release), file);
    persistence = new SqlitePersistence(file);
    shelf = new Shelf({ persistence });
    mill.ran = [];
  });
  afterEach(() => persistence.close());

  async function through(id: string, counts: readonly number[]) {
    for (const count of counts) await shelf.signal(id, "count", count);
    const result = await shelf.signal(id, "close");
    if (result.status !== "completed") throw new Error(`it is ${result.status}`);
    return result;
  }

  test("completed: the stored result", async () => {
    const result = await shelf.resume("completed");
    expect(result).toMatchObject({ status: "completed", output: "done: 3", outputs: { check: "done", count: 0 } });
    if (result.status === "completed") expect(result.state.sums.get("round 1")).toBe(3n ** 20n);
  });

  test("waiting: as an uninterrupted one", async () => {
    expect(await shelf.resume("waiting")).toMatchObject({
      status: "waiting",
      waitingFor: [{ kind: "signal", name: "count", steps: ["count"] }],
    });
    const { output, state } = await through("waiting", [3, 4]);
    const whole = await shelf.kickoff({ name: "waits", rounds: 2 });
    expect({ output, state }).toEqual((({ output, state }) => ({ output, state }))(await through(whole.id, [3, 4])));
    expect(state.at).toEqual(new Date(1_763_716_000_000));
  });

  test("in a loop", async () => {
    const { output, state } = await through("in a loop", [5]);
    expect(output).toBe("loops: 3 4 5");
    expect([...state.seen]).toEqual(["round 1", "round 2", "round 3"]);
  });

  test("half a join", async () => {
    expect((await through("half a join", [])).output).toBe("half: 3");
  });

  test("with signals that nobody has read", async () => {
    await shelf.resume("unread signals");
    expect((await through("unread signals", [])).output).toBe("inbox: 7 8");
  });

  test("with a snapshot", async () => {
    expect((await persistence.load("with a snapshot"))?.snapshot).toBeDefined();
    const { state } = await through("with a snapshot", [60]);
    expect(state.counted).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(state.sums.get("round 60")).toBe(60n ** 20n);
  });

  test("cancelled", async () => {
    expect(await shelf.resume("cancelled")).toMatchObject({ status: "waiting" });
    expect((await through("cancelled", [9])).output).toBe("stopped: 9");
  });

  test("of a session", async () => {
    const { id } = await shelf.continue("session", { name: "next", rounds: 1 });
    expect((await through(id, [2])).output).toBe("next: 1 2");
  });

  test("failed: what was noted is not done again", async () => {
    const result = await new Mill({ persistence }).resume("failed");
    expect(result).toMatchObject({ status: "completed", output: 201, state: { log: ["first", "paid 200"] } });
    expect(mill.ran).toEqual(["grind 2", "last"]);
  });

  test("asking", async () => {
    const desk = new Desk({ persistence });
    expect(await desk.resume("asking")).toMatchObject({ status: "waiting" });
    const [question] = (await desk.runs.questions()).questions;
    expect(question).toMatchObject({ runId: "asking", step: "plan", prompt: "How many days?" });
    expect(await desk.runs.answer(question?.id ?? "", 3)).toMatchObject({ status: "completed", output: 6 });
  });

  test("asleep, and due since", async () => {
    const flow = new Nap({ persistence });
    expect((await flow.runs.get("asleep"))?.waitingFor).toMatchObject([{ kind: "timer", name: "nap" }]);
    expect(await flow.runs.recover()).toMatchObject([{ id: "asleep", status: "completed", output: "slept" }]);
  });

  test("cut off", async () => {
    const result = await new Mill({ persistence }).resume("cut off");
    expect(result).toMatchObject({ status: "completed", output: 201, state: { log: ["first", "paid 200"] } });
    expect(mill.ran).not.toContain("first");
  });

  test("in the middle of a list", async () => {
    const result = await new Sacks({ persistence }).resume("in a list");
    expect(result).toMatchObject({ status: "completed", output: [50, 60, 70, 80], state: { total: 26 } });
    expect(mill.ran).toEqual(["weigh 2", "weigh 3"]);
  });

  test("under changed code: a step after the end", async () => {
    class Later extends Shelf {
      static flowName = "Shelf";
      @listen("close") mail(text: string) {
        return `mailed ${text}`;
      }
    }
    const later = new Later({ persistence });
    const { runs } = await later.runs.list({ status: "waiting" });
    expect(runs.length).toBeGreaterThan(3);
    for (const { id, planHash } of runs) {
      expect(planHash).not.toBe(Later.plan().hash);
      expect(await persistence.plan(planHash)).toBeDefined();
      expect(await later.resume(id)).toMatchObject({ status: "waiting" });
      expect(await later.runs.get(id)).toMatchObject({ planHash: Later.plan().hash });
    }
    await later.signal("half a join", "close");
    expect(await later.resume("half a join")).toMatchObject({ status: "completed", output: "mailed half: 3" });
  });
});
