import { Flow, listen, MemoryPersistence, signal, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { serve } from "./serve.js";
import { Desk } from "./support/desk.js";

class Hello extends Flow<typeof Hello> {
  static state = z.object({ name: z.string(), times: z.int().default(1) });
  @start() greet() {
    return `Hello, ${this.state.name}`;
  }
  @listen("greet") shout(text: string) {
    this.state.times++;
    return `${text}!`.repeat(this.state.times);
  }
}

const Paid = signal("paid", z.number());

class Tab extends Flow<typeof Tab> {
  static state = z.object({ owed: z.number().default(3) });
  @start() serve() {
    return this.state.owed;
  }
  @listen(Paid) pay(amount: number) {
    this.state.owed -= amount;
    return this.state.owed;
  }
}

class Magazine extends Flow {
  @start() issue() {
    return this.runFlow(Desk);
  }
}

class Values extends Flow<typeof Values> {
  static inputs = z.object({ day: z.date(), big: z.bigint(), days: z.array(z.date()).optional() });
  @start() show({ day, big }: { day: Date; big: bigint }) {
    const map = new Map([[1, day]]);
    return { day, big: big * 2n, map, set: new Set([1]), bytes: new Uint8Array([1, 2]), none: Number.NaN };
  }
}

const flows = [Hello, Tab, Desk, Magazine, Values];

test("values that JSON has not come and go as text", async () => {
  const { post } = await serve({ flows });
  const { status, body } = await post("/flows/Values?wait=5", {
    day: "2026-01-31T00:00:00Z",
    big: "12345678901234567890",
  });
  expect(status).toBe(200);
  expect(body.output).toEqual({
    day: "2026-01-31T00:00:00.000Z",
    big: "24691357802469135780",
    map: [[1, "2026-01-31T00:00:00.000Z"]],
    set: [1],
    bytes: "AQI=",
    none: "NaN",
  });
});

test("runs are listed page by page, and found by what is known of them", async () => {
  const { ask, post } = await serve({ flows });
  for (let i = 0; i < 5; i++) await post("/flows/Hello?wait=5", { name: `n${i}` });
  await post("/flows/Tab?wait=5", {});
  const first = (await ask("/runs?limit=4")).body;
  const rest = (await ask(`/runs?limit=4&cursor=${first.next}`)).body;
  expect([first.runs.length, rest.runs.length, rest.next]).toEqual([4, 2, undefined]);
  expect((await ask("/runs?flow=Tab")).body.runs).toMatchObject([{ flow: "Tab", status: "waiting" }]);
  expect((await ask("/runs?status=completed,failed")).body.runs.length).toBe(5);
  expect((await ask("/runs?flow=Nobody")).status).toBe(404);
  expect((await ask("/runs?to=2020-01-01")).body.runs).toEqual([]);
});

test.each([
  "/runs?limit=0",
  "/runs?limit=x",
  "/runs?status=odd",
  "/runs?stat=failed",
  "/runs?cursor=x",
  "/runs?from=soon",
])("%s is refused", async (path) => {
  const { ask } = await serve({ flows });
  expect((await ask(path)).status).toBe(400);
});

test("the state at any moment, and a run that begins there", async () => {
  const { ask, post } = await serve({ flows });
  const { id } = (await post("/flows/Hello?wait=5", { name: "Ada" })).body;
  expect((await ask(`/runs/${id}/state`)).body).toEqual({ id, state: { name: "Ada", times: 2 } });
  expect((await ask(`/runs/${id}/state?at=greet`)).body.state.times).toBe(1);
  expect((await ask(`/runs/${id}/state?at=1`)).body.state.times).toBe(1);
  expect((await ask(`/runs/${id}/state?at=99`)).status).toBe(404);
  expect((await ask(`/runs/${id}/state?at=%23`)).status).toBe(400);
  const fork = await post(`/runs/${id}/fork`, { at: "greet", state: { times: 2 } });
  expect([fork.status, fork.body.forkedFrom.run]).toEqual([201, id]);
  const done = await post(`${fork.headers.get("location")}/resume?wait=5`);
  expect([done.status, done.body.output]).toEqual([200, "Hello, Ada!Hello, Ada!Hello, Ada!"]);
  expect((await post(`/runs/${id}/fork`, { state: { times: "x" } })).body.code).toBe("STATE_INVALID");
  expect((await post(`/runs/${id}/fork`, { sate: {} })).body.code).toBe("SERVER_BODY_INVALID");
});

test("a signal drives a run on, is checked, and a repeat is dropped", async () => {
  const { ask, post } = await serve({ flows });
  const { id } = (await post("/flows/Tab?wait=5", {})).body;
  expect((await post(`/runs/${id}/signals/paid`, "two")).status).toBe(400);
  expect((await post(`/runs/${id}/signals/paid`, '"two"')).body.code).toBe("SIGNAL_INVALID");
  expect((await post(`/runs/${id}/signals/payed`, 2)).body.code).toBe("SIGNAL_UNKNOWN");
  const key = { "idempotency-key": "first" };
  expect((await post(`/runs/${id}/signals/paid?wait=5`, 2, key)).body.output).toBe(1);
  expect((await post(`/runs/${id}/signals/paid?wait=5`, 2, key)).body.output).toBe(1);
  expect((await ask(`/runs/${id}/state`)).body.state).toEqual({ owed: 1 });
});

test("a run is cancelled, told so, and gone on with", async () => {
  const { ask, post } = await serve({ flows });
  const { id } = (await post("/flows/Tab?wait=5", {})).body;
  const cancelled = await post(`/runs/${id}/cancel`, { reason: "no guests" });
  expect([cancelled.status, cancelled.body.status]).toEqual([200, "cancelled"]);
  expect((await post(`/runs/${id}/cancel`)).body.code).toBe("RUN_ENDED");
  expect((await post(`/runs/${id}/signals/paid`, 2)).body.code).toBe("RUN_ENDED");
  expect((await post(`/runs/${id}/resume?wait=5`)).body.status).toBe("waiting");
  expect((await ask(`/runs/${id}`)).body.waitingFor).toMatchObject([{ kind: "signal", name: "paid" }]);
});

test("a question is listed, shown and answered once; one of a run inside another, too", async () => {
  const { ask, post } = await serve({ flows });
  const { id } = (await post("/flows/Magazine?wait=5", {})).body;
  const { questions } = (await ask("/questions")).body;
  expect(questions).toMatchObject([
    { flow: "Desk", prompt: "Publish?", outcomes: ["approved", "rejected"], value: "On rivers" },
  ]);
  const at = `/questions/${encodeURIComponent(questions[0].id)}`;
  expect((await ask(at)).body.id).toBe(questions[0].id);
  expect((await post(at, { outcome: "burnt" })).body.code).toBe("ANSWER_INVALID");
  expect((await post(`${at}?wait=5`, { outcome: "approved" })).body.output).toBe("published");
  expect((await post(at, { outcome: "rejected" })).body).toMatchObject({ status: 409, code: "QUESTION_CLOSED" });
  expect((await ask(`/runs/${id}`)).body.output).toBe("published");
  expect((await ask("/questions")).body).toEqual({ questions: [] });
});

test("questions are paged, by flow and by run", async () => {
  const { ask, post } = await serve({ flows });
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await post("/flows/Desk?wait=5", {})).body.id);
  const first = (await ask("/questions?limit=2&flow=Desk")).body;
  expect(first.questions.length).toBe(2);
  const rest = (await ask(`/questions?limit=2&cursor=${encodeURIComponent(first.next)}`)).body;
  expect(new Set([...first.questions, ...rest.questions].map(({ run }: { run: string }) => run))).toEqual(new Set(ids));
  expect((await ask(`/questions?run=${ids[1]}`)).body.questions.length).toBe(1);
  expect((await ask("/questions?cursor=x")).status).toBe(400);
});

test("a key starts one run, whoever asks first, in whichever process", async () => {
  const persistence = new MemoryPersistence();
  const here = await serve({ flows, persistence });
  const there = await serve({ flows, persistence });
  const key = { "idempotency-key": "order 7" };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? here : there).post("/flows/Hello?wait=5", { name: "Ada" }, key)),
  );
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.id} ${body.output}`)).size).toBe(1);
  expect((await persistence.list({})).runs.length).toBe(1);
  const other = await here.post("/flows/Hello", { name: "Bob" }, key);
  expect([other.status, other.body.code]).toEqual([422, "SERVER_KEY_REUSED"]);
  expect((await here.post("/flows/Hello", { times: 1, name: "Ada" }, key)).body.code).toBe("SERVER_KEY_REUSED");
  const dated = { day: "2026-01-31T00:00:00Z", big: "1" };
  const one = await here.post("/flows/Values?wait=5", dated, key);
  const two = await there.post("/flows/Values?wait=5", { big: 1, day: "2026-01-31T00:00:00.000Z" }, key);
  expect(two.body.id).toBe(one.body.id);
  expect((await here.post("/flows/Hello", { name: "x" }, { "idempotency-key": "" })).status).toBe(400);
});

test("what was accepted is stored, and begun by the next process", async () => {
  const persistence = new MemoryPersistence();
  const first = await serve({ flows, persistence });
  const { id } = (await first.post("/flows/Tab", {})).body;
  await first.server.close();
  const next = await serve({ flows, persistence });
  expect((await next.post(`/runs/${id}/signals/paid?wait=5`, 3)).body.output).toBe(0);
});

test("so many runs are driven at once, and no more are begun", async () => {
  class Nap extends Flow {
    @start() async nap() {
      await this.sleep("5s");
    }
  }
  const { post } = await serve({ flows: [Nap], limits: { runs: 3 } });
  const statuses = (await Promise.all(Array.from({ length: 5 }, () => post("/flows/Nap", {})))).map(
    ({ status }) => status,
  );
  expect(statuses.filter((status) => status === 202).length).toBe(3);
  expect(statuses.filter((status) => status === 503).length).toBe(2);
});
