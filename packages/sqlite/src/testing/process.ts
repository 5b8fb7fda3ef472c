/**
 * One process of the process tests: `process.ts <verb> <file> <at>`. Waits until the clock says `at` (ms), so that several act at
 * the same time, then prints what came of it as JSON.
 */
import { FlowError, thisOwner } from "millrace";
import { SqlitePersistence } from "../sqlite-persistence.js";
import { newRun, row } from "./fixtures.js";

const [verb, file, at] = process.argv.slice(2) as [string, string, string];
const verbs: Record<string, (store: SqlitePersistence) => unknown> = {
  /** Makes or opens the file, and writes a run of its own. */
  async write(store) {
    const id = `run of ${process.pid}`;
    const claim = await store.create(newRun(id));
    for (let seq = 2; seq <= 20; seq++) await store.append(claim, { rows: [row(seq)] });
    return (await store.load(id))?.rows.length;
  },
  claim: (store) => store.claim("shared", thisOwner()),
  /** Takes the run and dies with it. */
  async takeAndDie(store) {
    await store.claim("shared", thisOwner());
    process.kill(process.pid, "SIGKILL");
  },
  /** Puts a schedule if none has its id, then moves it on, ten times, if nobody else does so first. */
  async schedule({ schedules }) {
    const spec = { flow: "Review", inputs: null, cron: "* * * * *", timeZone: "UTC", createdAt: 1 } as const;
    const rules = { missed: "all", overlap: "start", enabled: true, origin: "manual" } as const;
    await schedules.put({ id: "shared", ...spec, ...rules, nextDue: 0 });
    let moved = 0;
    for (let due = 0; due < 10; due++) {
      const found = schedules.get("shared")!;
      if (found.nextDue === due && (await schedules.put({ ...found, nextDue: due + 1 }))) moved++;
    }
    return moved;
  },
  /** Leaves writes waiting for their group, and a watcher: the process ends by itself, and the writes are stored. */
  async leave(store) {
    const claims = await Promise.all(["one", "two"].map(async (id) => store.create(newRun(id))));
    store.watch("one", () => undefined);
    for (const claim of claims) void store.append(claim, { rows: [row(2)] });
  },
};

while (Date.now() < Number(at)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
try {
  const store = new SqlitePersistence(file);
  process.stdout.write(JSON.stringify({ answer: await verbs[verb]!(store) }));
} catch (error) {
  if (!FlowError.is(error)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code }));
}
