/** Who may do what: keys, a function, rights per flow, and runs that belong to who has made them. */
import { Flow, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";
import { serve } from "./serve.js";
import { Desk } from "./support/desk.js";

class Secret extends Flow {
  @start() say() {
    return "nothing";
  }
}

const flows = [Desk, Secret];
const adas = "adas-own-key-0123456789";
const bobs = "bobs-own-key-0123456789";
const operators = "operators-key-0123456789";
const as = (key: string) => ({ authorization: `Bearer ${key}` });

const auth = {
  keys: [
    operators,
    { key: adas, subject: "ada", flows: { Desk: ["read", "run", "answer"] as const } },
    { key: bobs, subject: "bob", flows: ["Desk"] },
  ],
};

test.each([
  ["no key", {}],
  ["a wrong one", as("somebody-elses-0123456789")],
  ["half of one", as(adas.slice(0, -1))],
  ["another scheme", { authorization: `Basic ${adas}` }],
  ["an empty one", { authorization: "Bearer " }],
])("with %s everything is answered with 401, and the same", async (_, headers: Record<string, string>) => {
  const { ask } = await serve({ flows, auth });
  const found = [
    await ask("/flows", { headers }),
    await ask("/runs/none", { headers }),
    await ask("/nowhere", { headers }),
  ];
  expect(found.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(new Set(found.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(found[0]!.headers.get("www-authenticate")).toBe("Bearer");
});

test("flows are seen, and used, by right", async () => {
  const { ask, post } = await serve({ flows, auth });
  expect((await ask("/flows", { headers: as(adas) })).body.flows.map(({ name }: { name: string }) => name)).toEqual([
    "Desk",
  ]);
  expect((await ask("/flows", { headers: as(operators) })).body.flows.length).toBe(2);
  const hidden = await ask("/flows/Secret", { headers: as(adas) });
  const missing = await ask("/flows/Sacret", { headers: as(adas) });
  expect(hidden.body).toEqual({ ...missing.body, detail: missing.body.detail.replace("Sacret", "Secret") });
  expect((await post("/flows/Secret", undefined, as(adas))).body.code).toBe("SERVER_FLOW_NOT_FOUND");
  const { id } = (await post("/flows/Desk?wait=5", undefined, as(adas))).body;
  expect((await post(`/runs/${id}/cancel`, undefined, as(adas))).body).toMatchObject({
    status: 403,
    code: "SERVER_FORBIDDEN",
  });
  expect((await post(`/runs/${id}/cancel`, undefined, as(operators))).status).toBe(200);
});

test("runs and questions are found by who has made them, in every process", async () => {
  const persistence = new MemoryPersistence();
  const first = await serve({ flows, auth, persistence });
  const mine = (await first.post("/flows/Desk?wait=5", undefined, as(adas))).body;
  const nobodys = (await first.post("/flows/Desk?wait=5", undefined, as(operators))).body;
  const { ask, post } = await serve({ flows, auth, persistence });

  const missing = await ask("/runs/none", { headers: as(bobs) });
  for (const { id } of [mine, nobodys]) {
    const found = await ask(`/runs/${id}`, { headers: as(bobs) });
    expect(found.body).toEqual({ ...missing.body, detail: missing.body.detail.replace("none", id) });
    for (const path of [`/runs/${id}/resume`, `/runs/${id}/fork`, `/runs/${id}/signals/x`])
      expect((await post(path, undefined, as(bobs))).body.code).toBe("RUN_NOT_FOUND");
  }
  expect((await ask("/runs", { headers: as(bobs) })).body).toEqual({ runs: [] });
  expect((await ask("/questions", { headers: as(bobs) })).body).toEqual({ questions: [] });
  expect((await ask("/runs", { headers: as(adas) })).body.runs).toMatchObject([{ id: mine.id }]);
  expect((await ask("/runs", { headers: as(operators) })).body.runs.length).toBe(2);

  const [question] = (await ask("/questions", { headers: as(adas) })).body.questions;
  const at = `/questions/${encodeURIComponent(question.id)}`;
  expect((await post(at, { outcome: "approved" }, as(bobs))).body.code).toBe("QUESTION_CLOSED");
  expect((await post(`${at}?wait=5`, { outcome: "approved" }, as(adas))).body.output).toBe("published");
});

test("runs that a run has started belong to who has started that", async () => {
  class Magazine extends Flow {
    @start() issue() {
      return this.runFlow(Desk);
    }
  }
  const { ask, post } = await serve({
    flows: [Magazine, Desk],
    auth: { keys: auth.keys.map((one) => (typeof one === "string" ? one : { ...one, flows: "*" as const })) },
  });
  const { id } = (await post("/flows/Magazine?wait=5", undefined, as(adas))).body;
  const [child] = (await ask(`/runs?parent=${id}`, { headers: as(adas) })).body.runs;
  const at = `/runs/${encodeURIComponent(child.id)}`;
  expect((await ask(at, { headers: as(adas) })).body).toMatchObject({ flow: "Desk", parent: id });
  expect((await ask(at, { headers: as(bobs) })).status).toBe(404);
  expect((await ask(`/runs?parent=${id}`, { headers: as(bobs) })).body.runs).toEqual([]);
});

test("one key of two subjects means two runs", async () => {
  const { post } = await serve({ flows, auth });
  const key = { "idempotency-key": "same" };
  const ids = [];
  for (const who of [adas, bobs, operators])
    ids.push((await post("/flows/Desk", undefined, { ...as(who), ...key })).body.id);
  expect(new Set(ids).size).toBe(3);
});

test("a function tells who it is, and what it throws is not told", async () => {
  const seen: string[] = [];
  const { ask, post } = await serve({
    flows,
    auth: async (request) => {
      seen.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
      const who = request.headers.get("x-user");
      if (who === "broken") throw new Error("password=hunter2");
      return who === null ? null : { subject: who, everyone: who === "boss" };
    },
  });
  const user = (name: string) => ({ "x-user": name });
  const { id } = (await post("/flows/Secret?wait=5", {}, user("ada"))).body;
  expect(seen).toEqual(["POST /flows/Secret "]);
  const statuses = [];
  for (const headers of [{}, user("ada"), user("bob"), user("boss")])
    statuses.push((await ask(`/runs/${id}`, { headers })).status);
  expect(statuses).toEqual([401, 200, 404, 200]);
  const { status, body } = await ask("/flows", { headers: user("broken") });
  expect([status, body.code, JSON.stringify(body).includes("hunter2")]).toEqual([500, "SERVER_AUTH_FAILED", false]);
});

test.each([true, "ada", { subject: undefined }, {}, { user: "ada" }, { subject: "" }, { subject: "ada", flows: null }])(
  "a function that answers %j opens nothing",
  async (answer) => {
    const { ask } = await serve({ flows, auth: () => answer as never });
    const { status, body } = await ask("/flows");
    expect([status, body.code]).toEqual([500, "SERVER_AUTH_FAILED"]);
  },
);

test("a function says who may see all", async () => {
  const { ask } = await serve({ flows, auth: () => ({ everyone: true }) });
  expect((await ask("/flows")).status).toBe(200);
});

test.each([[{ keys: [] }], [{ keys: ["short"] }], [{ keys: [{ key: "" }] }]])("%j is no auth", async (wrong) => {
  await expect(serve({ flows, auth: wrong })).rejects.toMatchObject({ code: "SERVER_OPTION_INVALID" });
});
