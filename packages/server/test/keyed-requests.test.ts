/** An `Idempotency-Key` where something else than a flow's run is begun: a run of a schedule, a fork, a schedule. */
import { Flow, listen, signal, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { serve } from "./serve.js";

class Note extends Flow<typeof Note> {
  static state = z.object({ topic: z.string().default("none") });
  @start() write() {
    return this.state.topic;
  }
}
class Desk extends Flow {
  @start() open() {}
  @listen(signal("close")) close() {}
}

const auth = { keys: ["operators-key-0123456789", { key: "adas-own-key-0123456789", subject: "ada" }] };

/** A server, and what posts with a key of one of its users. */
async function keyed() {
  const { post, ask } = await serve({ flows: [Note, Desk], auth, limits: { runs: 1 } });
  const as = (who: string) => ({ authorization: `Bearer ${who}` });
  const of = (who: string) => ({
    send: (path: string, body?: unknown, key?: string) =>
      post(path, body, { ...as(who), ...(key !== undefined && { "idempotency-key": key }) }),
    get: (path: string) => ask(path, { headers: as(who) }),
  });
  return { operator: of("operators-key-0123456789"), ada: of("adas-own-key-0123456789") };
}

test("a schedule is run at once once", async () => {
  const { operator, ada } = await keyed();
  for (const { send } of [operator, ada]) await send("/schedules", { id: "s", flow: "Note", cron: "0 4 * * *" });
  await operator.send("/schedules", { id: "other", flow: "Note", cron: "0 4 * * *" });
  const ids = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const { status, body } = await operator.send("/schedules/s/run", undefined, "k");
    expect(status).toBe(202);
    ids.add(body.id);
  }
  expect(ids.size).toBe(1);
  for (const { body } of [
    await operator.send("/schedules/other/run", undefined, "k"),
    await operator.send("/schedules/s/run", undefined, "other"),
    await ada.send("/schedules/s/run", undefined, "k"),
    await operator.send("/schedules/s/run"),
    await operator.send("/schedules/s/run"),
  ])
    ids.add(body.id);
  expect(ids.size).toBe(6);
  expect((await operator.get("/runs")).body.runs).toHaveLength(6);
  expect((await operator.send("/schedules/s/run", undefined, "\u00e9")).body.code).toBe("SERVER_REQUEST_INVALID");
});

test("a run is forked once; by the same key otherwise it is refused", async () => {
  const { operator } = await keyed();
  const { body: run } = await operator.send("/flows/Note?wait=10", { topic: "rivers" });
  const fork = (body: unknown, key?: string) => operator.send(`/runs/${run.id}/fork`, body, key);
  const first = await fork({ at: 1, state: { topic: "lakes" } }, "k");
  expect(first.status).toBe(201);
  const again = await Promise.all([1, 2, 3].map(() => fork({ state: { topic: "lakes" }, at: 1 }, "k")));
  for (const { status, body } of again) expect([status, body.id]).toEqual([201, first.body.id]);
  expect((await fork({ at: 1 }, "k")).body).toMatchObject({ code: "SERVER_KEY_REUSED", run: first.body.id });
  expect((await fork({ at: 1 }, "other")).body.id).not.toBe(first.body.id);
  expect((await operator.get(`/runs?forkedFrom=${run.id}`)).body.runs).toHaveLength(2);
});

test("a schedule is put once; by the same key otherwise it is refused", async () => {
  const { operator, ada } = await keyed();
  const spec = { flow: "Note", inputs: { topic: "rivers" }, cron: "0 4 * * *" };
  const first = await operator.send("/schedules", spec, "k");
  expect(first.status).toBe(201);
  const again = await operator.send("/schedules", spec, "k");
  expect([again.status, again.body.id]).toEqual([201, first.body.id]);
  expect((await operator.send("/schedules", { ...spec, cron: "0 5 * * *" }, "k")).body.code).toBe("SERVER_KEY_REUSED");
  expect((await ada.send("/schedules", spec, "k")).body.id).not.toBe(first.body.id);
  const named = await operator.send("/schedules", { ...spec, id: "mine" }, "k");
  expect((await operator.send("/schedules", { ...spec, id: "mine" }, "k")).body).toEqual(named.body);
  expect((await operator.send("/schedules", { ...spec, id: "mine" })).body.code).toBe("SERVER_SCHEDULE_EXISTS");
  const other = { ...spec, id: "mine", flow: "Desk", inputs: {} };
  expect((await operator.send("/schedules", other, "k")).body.code).toBe("SERVER_SCHEDULE_EXISTS");
  expect((await operator.send("/schedules", null, "k")).status).toBe(422);
  expect((await operator.get("/schedules")).body.schedules).toHaveLength(3);
});
