import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eventsIn as all, Go, Waits } from "../../core/test/support/waits.js";
import { SqlitePersistence } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a run that is driven by another connection is followed to its end, event by event", async () => {
  const file = join(folder, "flows.db");
  const here = new SqlitePersistence(file);
  const there = new SqlitePersistence(file);
  const { id } = await new Waits({ persistence: here }).kickoff();
  const reading = new Waits({ persistence: there });
  const followed = Promise.all([1, 2, 3].map(() => all(reading.runs.events(id, { follow: true }))));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await new Waits({ persistence: here }).signal(id, Go, 3);
  const whole = await all(reading.runs.events(id));
  for (const items of await followed) expect(items).toEqual(whole);
  expect(whole.at(-1)?.event).toMatchObject({ type: "run.completed", output: 3 });
  await here.close();
  await there.close();
});
