/** Servers that are killed under load, or asked to end: afterwards it is counted what was lost or doubled. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { customer, type Served } from "../support/customer.js";
import { Parcel } from "../support/parcel.js";
import { keysIn, type LabServer, reading, serverLab } from "../support/server-lab.js";

const lab = serverLab();
type Place = ReturnType<typeof lab.place>;

/** The idempotency keys of the calls that have committed, of all runs. */
const committed = (db: string): Promise<readonly string[]> =>
  reading(db, (store) =>
    store
      .list({ limit: 10_000 })
      .runs.flatMap(({ id }) =>
        store
          .history(id)
          .flatMap(({ entry }) => (entry.type === "completed" ? [`${id}:${entry.step}:${entry.number}`] : [])),
      ),
  );

/** All events of a run, as its journal tells them. */
const told = (db: string, run: string): Promise<readonly string[]> =>
  reading(db, async (persistence) => {
    const ids: string[] = [];
    for await (const { position, part } of new Parcel({ persistence }).runs.events(run))
      ids.push(`${position}.${part}`);
    return ids;
  });

/** What has committed so far, and how much was noted by then. */
async function mark({ db, log }: Place) {
  const keys = new Set(await committed(db));
  return { keys, noted: keysIn(log).length };
}

async function account(
  { db, log }: Place,
  served: readonly Served[],
  marks: readonly Awaited<ReturnType<typeof mark>>[],
) {
  // every run that was accepted is one of those, and ended once
  const runs = await reading(db, (store) => store.list({ limit: 10_000 }).runs);
  expect(runs.map(({ id }) => id).sort()).toEqual(served.map(({ run }) => run).sort());
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(["completed"]));
  for (const { run, ids } of served) {
    const entries = await reading(db, (store) => store.history(run));
    const count = (type: string) => entries.filter(({ entry }) => entry.type === type).length;
    expect([count("started"), count("ended"), count("completed"), count("signal"), count("answered")]).toEqual([
      ...[1, 1, 4, 1, 1],
    ]);
    // each event was told once, in order
    expect(ids).toEqual(await told(db, run));
  }
  // what had committed was not done again
  const noted = keysIn(log);
  for (const { keys, noted: by } of marks) expect(noted.slice(by).filter((key) => keys.has(key))).toEqual([]);
  // and what has committed was done
  const done = new Set(noted);
  for (const key of await committed(db)) expect(done.has(key)).toBe(true);
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `parcel-${i}`);

test("killed again and again under customers whose lines are cut: nothing is lost, nothing is doubled", {
  timeout: 120_000,
}, async () => {
  const place = lab.place();
  let server = await lab.start(place);
  const port = Number(new URL(server.url).port);
  const waiting = names(24).map((name) => customer({ urls: [server.url], name, cut: () => Math.random() < 0.02 }));
  const all = Promise.all(waiting);
  let over = false;
  all.finally(() => (over = true)).catch(() => undefined);
  const marks: Awaited<ReturnType<typeof mark>>[] = [];
  for (let kills = 0; kills < 5 && !over; kills++) {
    await pause(80 + Math.random() * 250);
    await server.kill();
    marks.push(await mark(place));
    server = await lab.start(place, port);
  }
  await account(place, await all, marks);
  expect(await server.end()).toBe(0);
});

test("two servers on one database, one killed and one asked to end in turns: no run is driven twice", {
  timeout: 120_000,
}, async () => {
  const place = lab.place();
  const servers: LabServer[] = [await lab.start(place), await lab.start(place)];
  const ports = servers.map(({ url }) => Number(new URL(url).port));
  const urls = servers.map(({ url }) => url);
  const all = Promise.all(names(24).map((name) => customer({ urls, name, cut: () => Math.random() < 0.02 })));
  let over = false;
  all.finally(() => (over = true)).catch(() => undefined);
  const marks: Awaited<ReturnType<typeof mark>>[] = [];
  for (let turn = 0; turn < 6 && !over; turn++) {
    await pause(50 + Math.random() * 150);
    const which = turn % 2;
    if (turn % 3 === 0) expect(await servers[which]!.end()).toBe(0);
    else await servers[which]!.kill();
    marks.push(await mark(place));
    servers[which] = await lab.start(place, ports[which]);
  }
  await account(place, await all, marks);
  for (const server of servers) await server.end();
});
