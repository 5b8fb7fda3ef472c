import { existsSync } from "node:fs";
import type { RunEventItem } from "millrace";
import { expect, test } from "vitest";
import { SqlitePersistence } from "../../src/index.js";
import { Millwheel } from "./flows.js";
import { crashLab } from "./harness.js";

const { start, heir, place } = crashLab();

async function all(events: AsyncIterable<RunEventItem>): Promise<RunEventItem[]> {
  const items: RunEventItem[] = [];
  for await (const item of events) items.push(item);
  return items;
}

test.each([1, 2, 3, 5, 9, 14, 18])(
  "killed at write %i: who follows is told all that comes of the run, each thing once",
  { timeout: 180_000 },
  async (at) => {
    const file = place();
    for (const KILL_AT of [`before:${at}`, `after:${at}`]) {
      const life = await start(["Millwheel", "go", file, KILL_AT], { KILL_AT }).answer;
      // where calls end at the same time they share a write: then it was through before it came to this one
      if (!life.killed) expect([life.result?.status, at > 9]).toEqual(["completed", true]);
      if (!existsSync(file)) continue;
      const store = new SqlitePersistence(file);
      const flow = new Millwheel({ persistence: store });
      try {
        if (!(await flow.runs.get(KILL_AT))) continue;
        const before = await all(flow.runs.events(KILL_AT));
        const last = before.at(-1)!;
        const followed = all(flow.runs.events(KILL_AT, { after: last, follow: true }));
        const { result } = await heir(["Millwheel", "resume", file, KILL_AT]);
        expect(result.status).toBe("completed");
        const whole = await all(flow.runs.events(KILL_AT, { after: 0 }));
        expect([...before, ...(await followed)]).toEqual(whole);
        expect(whole.at(-1)?.event).toMatchObject({ type: "run.completed", output: result.output });
        const completed = whole.filter(({ event }) => event.type === "step.completed");
        expect(new Set(completed.map(({ event }) => "number" in event && `${event.step} ${event.number}`)).size).toBe(
          completed.length,
        );
      } finally {
        await store.close();
      }
    }
  },
);
