import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, Flow, listen, or, route, router, signal, start } from "millrace";
import { afterAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { SqlitePersistence } from "../src/index.js";

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Turns until `turns`, holding a one-off and the last round for a signal. */
class Wheel extends Flow<typeof Wheel> {
  static inputs = z.object({ turns: z.number() });
  static state = z.object({
    n: z.number().default(0),
    at: z.date().default(new Date(0)),
    odd: z.set(z.number()).default(new Set()),
  });

  @start() begin(inputs: { turns: number }) {
    return inputs.turns;
  }
  @listen(or("begin", "again")) work(turns: number) {
    this.state.n++;
    this.state.at = new Date(this.state.n);
    if (this.state.n % 1000 === 1) this.state.odd.add(this.state.n);
    return turns;
  }
  @router("work", { routes: ["again", "done"] }) check(turns: number) {
    return this.state.n < turns ? route("again", turns) : ("done" as const);
  }
  @listen(and("begin", "done", signal("go"))) end({ begin }: { begin: number }) {
    return begin + this.state.n;
  }
}

test("a run of ten thousand entries, parked, opened elsewhere and driven on", async () => {
  const file = join(folder, "long.db");
  const first = new SqlitePersistence(file);
  const flow = new Wheel({ persistence: first, maxCalls: 10_000 });
  const parked = await flow.kickoff({ turns: 5000 });
  await first.close();
  const second = new SqlitePersistence(file);
  const elsewhere = new Wheel({ persistence: second, maxCalls: 10_000 });
  const stored = await second.load(parked.id);
  expect(stored?.record.position).toBeGreaterThan(10_000);
  expect(stored?.rows.length).toBeLessThan(1000);
  const result = await elsewhere.signal(parked.id, "go");
  expect(result).toMatchObject({ status: "completed", output: 10_000 });
  if (result.status === "completed") {
    expect(result.state.at).toEqual(new Date(5000));
    expect([...result.state.odd]).toEqual([1, 1001, 2001, 3001, 4001]);
  }
  await second.close();
});
