import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, Flow, listen, or, router, signal, start } from "millrace";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { SqlitePersistence } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Wheel extends Flow<typeof Wheel> {
  static state = z.object({ turns: z.number(), n: z.number().default(0), odd: z.array(z.number()).default([]) });

  @start() begin() {
    return "begun";
  }
  @listen(or("begin", "again")) work() {
    this.state.n++;
    if (this.state.n % 100 === 1) this.state.odd.push(this.state.n);
  }
  @router("work", { routes: ["again", "done"] }) check() {
    return this.state.n < this.state.turns ? "again" : "done";
  }
  @listen(and("begin", "done", signal("go"))) end({ begin }: { begin: string; done: "done"; go: unknown }) {
    return `${begin}, ${this.state.n}`;
  }
}

const turns = 1500;

/** A run that waits, and what it comes to in another instance. */
async function drive(file: string, keepEntries: number | undefined) {
  const options = keepEntries === undefined ? {} : { keepEntries };
  const persistence = new SqlitePersistence(file, options);
  await new Wheel({ persistence, maxCalls: 10_000 }).kickoff({ turns }, { id: "wheel" });
  persistence.close();
  const later = new SqlitePersistence(file, options);
  const history = later.history("wheel");
  const { state, output } = (await new Wheel({ persistence: later, maxCalls: 10_000 }).signal("wheel", "go")) as any;
  later.close();
  return { history, result: { state, output } };
}

test("keepEntries keeps a long journal short, and the run ends as without it", async () => {
  const all = await drive(join(folder, "all.db"), undefined);
  const few = await drive(join(folder, "few.db"), 100);
  expect(all.history).toHaveLength(2 * turns + 2);
  expect(few.history.length).toBeGreaterThanOrEqual(100);
  expect(few.history.length).toBeLessThan(1000);
  const withoutTime = (rows: typeof all.history) => rows.map(({ seq, entry: { at: _, ...entry } }) => ({ seq, entry }));
  expect(withoutTime(few.history)).toEqual(withoutTime(all.history).slice(-few.history.length));
  expect(few.result).toEqual(all.result);
});

test("a journal that was kept whole is shortened when it is driven on with keepEntries", async () => {
  const file = join(folder, "later.db");
  const whole = new SqlitePersistence(file);
  const flow = new Wheel({ persistence: whole, maxCalls: 200 });
  await expect(flow.kickoff({ turns }, { id: "wheel" })).rejects.toMatchObject({ code: "RUN_CALL_LIMIT" });
  expect(whole.history("wheel")[0]?.seq).toBe(1);
  whole.close();
  const short = new SqlitePersistence(file, { keepEntries: 1 });
  await new Wheel({ persistence: short, maxCalls: 10_000 }).resume("wheel");
  const history = short.history("wheel");
  expect(history[0]?.seq).toBeGreaterThan(1000);
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, i) => history[0]!.seq + i));
  short.close();
});
