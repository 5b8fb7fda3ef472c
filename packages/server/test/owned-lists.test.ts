/** What lists cost who may see little of what is stored. */
import { Flow, type FlowPersistence, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";
import { serve } from "./serve.js";

class Hello extends Flow {
  @start() greet() {
    return "hello";
  }
}
class Asks extends Flow {
  @start() async put() {
    return this.ask("well?");
  }
}
class Secret extends Flow {
  @start() keep() {}
}

const [root, adas, bobs, narrow] = [
  "roots-key-0123456789",
  "adas-key-01234567890",
  "bobs-key-01234567890",
  "narrow-key-0123456789",
];
const auth = {
  keys: [
    root!,
    { key: adas!, subject: "ada" },
    { key: bobs!, subject: "bob" },
    { key: narrow!, flows: { Hello: ["read", "run"] as const } },
  ],
};
const as = (key: string | undefined) => ({ authorization: `Bearer ${key}` });

/** A server, and what its store was asked for. */
async function counted() {
  const store = new MemoryPersistence({ keepRuns: 100_000 });
  const asked: { verb: string; limit: number | undefined }[] = [];
  const persistence = new Proxy<FlowPersistence>(store, {
    get(target, verb) {
      const member = Reflect.get(target, verb);
      if (typeof member !== "function") return member;
      return (...given: any[]) => {
        if (verb === "list" || verb === "questions") asked.push({ verb, limit: given[0].limit });
        return member.apply(target, given);
      };
    },
  });
  const server = await serve({ flows: [Hello, Asks, Secret], persistence, auth });
  const list = async (path: string, key: string | undefined) => {
    asked.length = 0;
    return (await server.ask(path, { headers: as(key) })).body;
  };
  return { ...server, store, asked, list };
}

/** So many runs of a flow, of nobody. */
async function stored(kickoff: (id: string) => Promise<unknown>, count: number) {
  for (let i = 0; i < count; i++) await kickoff(`${i}`);
}

test("a subject finds its runs and questions by one question to the store, whatever others have", async () => {
  const { post, asked, list } = await counted();
  const { body: hers } = await post("/flows/Hello?wait=5", {}, as(adas));
  const { body: asking } = await post("/flows/Asks?wait=5", {}, as(adas));
  for (let i = 0; i < 5; i++) await post("/flows/Asks?wait=5", {}, as(bobs));
  for (const limit of [2, 100]) {
    const page = await list(`/runs?limit=${limit}`, adas);
    expect([page.runs.map(({ id }: { id: string }) => id), page.next]).toEqual([[asking.id, hers.id], undefined]);
    expect(asked).toEqual([{ verb: "list", limit }]);
  }
  const { questions, next } = await list("/questions?limit=1", adas);
  expect([questions.map(({ run }: { run: string }) => run), next]).toEqual([[asking.id], undefined]);
  expect(asked).toHaveLength(1);
  expect((await list("/questions", bobs)).questions).toHaveLength(5);
  expect((await list("/questions", root)).questions).toHaveLength(6);
});

test("who may read one flow of many reads on in large pages, and between them others are served", async () => {
  const { store, asked, list } = await counted();
  const [hello, secret] = [new Hello({ persistence: store }), new Secret({ persistence: store })];
  await stored((id) => hello.kickoff({}, { id: `Hello ${id}` }), 3);
  await stored((id) => secret.kickoff({}, { id: `Secret ${id}` }), 1200);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(`/runs?limit=1${cursor ? `&cursor=${cursor}` : ""}`, narrow);
    if (found.length === 0) expect(asked.slice(0, 3).map(({ limit }) => limit)).toEqual([1, 500, 500]);
    expect(page.runs.length).toBeLessThanOrEqual(1);
    found.push(...page.runs.map(({ id }: { id: string }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(found).toEqual(["Hello 2", "Hello 1", "Hello 0"]);
});
