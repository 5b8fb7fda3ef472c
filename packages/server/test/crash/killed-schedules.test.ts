/** Servers whose schedule starts a run every second, killed and asked to end in turns: each due time has its run, and one only. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { reading, serverLab } from "../support/server-lab.js";

const lab = serverLab("ticking-process");

test("no due time is lost, none is doubled, and every run comes to its end", { timeout: 120_000 }, async () => {
  const place = lab.place();
  const servers = [await lab.start(place), await lab.start(place)];
  for (let turn = 0; turn < 8; turn++) {
    await pause(300 + Math.random() * 900);
    const which = turn % 2;
    if (turn % 3 === 0) expect(await servers[which]!.end()).toBe(0);
    else await servers[which]!.kill();
    servers[which] = await lab.start(place);
  }
  const due = () => reading(place.db, (store) => store.schedules.get("tick")!.nextDue!);
  const seen = await due();
  await expect.poll(due, { timeout: 20_000 }).toBeGreaterThan(seen);
  for (const server of servers) await server.end();
  // one that starts nothing more goes on with what was under way
  const last = await lab.start(place);
  const list = () => reading(place.db, (store) => store.list({ limit: 1000 }).runs);
  await fetch(`${last.url}/schedules/tick`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: '{"enabled":false}',
  });
  await expect
    .poll(async () => (await list()).filter(({ status }) => status !== "completed"), { timeout: 20_000 })
    .toEqual([]);
  await last.end();
  const times = (await list()).map(({ id }) => Date.parse(id.replace("tick@", ""))).sort((a, b) => a - b);
  expect(times.length).toBeGreaterThan(5);
  expect(times).toEqual(times.map((_, i) => times[0]! + i * 1000));
});
