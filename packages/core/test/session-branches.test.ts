import { Flow, listen, MemoryPersistence, signal, start } from "millrace";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { failure } from "./support/failure.js";

const Go = signal("go");

class Chat extends Flow<typeof Chat> {
  static inputs = z.object({ message: z.string().trim() });
  static state = z.object({ said: z.array(z.string()).default([]) });
  @start() hear({ message }: { message: string }) {
    this.state.said.push(message);
    if (message === "fail") throw new Error("as asked");
    return this.state.said.join(" ");
  }
  @listen(Go) go() {}
}

class Talk extends Flow<typeof Talk> {
  static state = z.object({ message: z.string(), said: z.array(z.string()).default([]) });
  @start() hear() {
    this.state.said.push(this.state.message);
    return this.state.said.join(" ");
  }
}

const line = async (chat: Talk, session = "s") => {
  const ids: string[] = [];
  for await (const { id } of chat.runs.line(session)) ids.push(id);
  return ids;
};

const said = async (chat: Talk, message: string, options: { id: string; from?: string | null }) =>
  (await chat.continue("s", { message }, options)).output;

test("from an older run: the session branches, and goes on from there", async () => {
  const chat = new Talk();
  await said(chat, "one", { id: "1" });
  await said(chat, "two", { id: "2" });
  await said(chat, "three", { id: "3" });
  expect(await line(chat)).toEqual(["3", "2", "1"]);
  expect(await said(chat, "other", { id: "4", from: "1" })).toBe("one other");
  expect(await line(chat)).toEqual(["4", "1"]);
  expect(await said(chat, "more", { id: "5" })).toBe("one other more");
  expect(await line(chat)).toEqual(["5", "4", "1"]);
  expect((await chat.runs.list({ session: "s" })).runs.map(({ id }) => id)).toEqual(["5", "4", "3", "2", "1"]);
  expect((await chat.runs.list({ continues: "1" })).runs.map(({ id }) => id)).toEqual(["4", "2"]);
  expect(await chat.runs.get("4")).toMatchObject({ session: "s", continues: { run: "1", position: 3 } });
  // back to what was left behind
  expect(await said(chat, "again", { id: "6", from: "3" })).toBe("one two three again");
  expect(await line(chat)).toEqual(["6", "3", "2", "1"]);
});

test("from null: from the beginning; what is given and what is not acts as in a first run", async () => {
  const chat = new Talk({ initialState: { said: ["hi"] } });
  await said(chat, "one", { id: "1" });
  expect(await said(chat, "two", { id: "2" })).toBe("hi one two");
  expect(await said(chat, "anew", { id: "3", from: null })).toBe("hi anew");
  expect(await line(chat)).toEqual(["3"]);
  expect(await chat.runs.get("3")).not.toHaveProperty("continues");
  expect(await said(chat, "on", { id: "4" })).toBe("hi anew on");
  expect(await line(chat)).toEqual(["4", "3"]);
  expect(await line(chat, "none")).toEqual([]);
  const first = new Talk();
  expect(await said(first, "first", { id: "1", from: null })).toBe("first");
});

test("of a run that failed or was cancelled, what it committed is gone on from", async () => {
  const chat = new Chat();
  await chat.continue("s", { message: "one" }, { id: "1" });
  await chat.runs.cancel("1");
  expect((await failure(chat.continue("s", { message: "fail" }, { id: "2", from: "1" }))).code).toBe("STEP_FAILED");
  const third = await chat.continue("s", { message: "three" }, { id: "3", from: "2" });
  expect(third.state.said).toEqual(["one", "three"]);
});

test("one at a time, as ever; and only on a run of the session", async () => {
  const persistence = new MemoryPersistence();
  const chat = new Chat({ persistence });
  await chat.continue("s", { message: "waits" }, { id: "1" });
  for (const from of ["1", null])
    expect(await failure(chat.continue("s", { message: "x" }, { from }))).toMatchObject({
      code: "SESSION_BUSY",
      runId: "1",
    });
  await chat.runs.cancel("1");
  await chat.kickoff({ message: "in no session" }, { id: "plain" });
  await chat.continue("t", { message: "in another" }, { id: "other" });
  await new Talk({ persistence }).continue("s", { message: "another flow's" }, { id: "talk" });
  for (const from of ["none", "plain", "other", "talk"])
    expect(await failure(chat.continue("s", { message: "x" }, { from }))).toMatchObject({
      code: "RUN_NOT_FOUND",
      runId: from,
      message: expect.stringContaining('Session "s" of flow "Chat"'),
    });
  for (const from of ["", 1, {}, []])
    expect((await failure(chat.continue("s", { message: "x" }, { from: from as string }))).code).toBe(
      "RUN_INPUTS_INVALID",
    );
  expect((await chat.runs.list({ session: "s" })).runs.map(({ id }) => id)).toEqual(["1"]);
});

test("of many that branch at once, each is told that the session is busy, or goes on where it was told to", async () => {
  const chat = new Talk();
  await said(chat, "root", { id: "root" });
  const made = Array.from({ length: 20 }, (_, i) =>
    chat.continue("s", { message: `${i}` }, { id: `${i}`, from: i % 2 === 0 ? "root" : null }).catch((error) => error),
  );
  for (const [i, result] of (await Promise.all(made)).entries()) {
    if (result.status === "completed") expect(result.output).toBe(i % 2 === 0 ? `root ${i}` : `${i}`);
    else expect(result.code).toBe("SESSION_BUSY");
  }
});

test("a run says what it was started with", async () => {
  const chat = new Chat();
  const { id } = await chat.continue("s", { message: "  hello " });
  const inputs = await chat.runs.inputs(id);
  expectTypeOf(inputs.message).toEqualTypeOf<string>();
  expect(inputs).toEqual({ message: "hello" });
  const fork = await chat.runs.fork(id);
  expect(await chat.runs.inputs(fork.id)).toEqual({ message: "hello" });
  const talk = new Talk();
  const run = await talk.continue("s", { message: "m" });
  expect(await talk.runs.inputs(run.id)).toEqual({ message: "m" });
  expect((await failure(chat.runs.inputs("none"))).code).toBe("RUN_NOT_FOUND");
});

test("a shortened journal still tells what the run was started with", async () => {
  class Long extends Flow<typeof Long> {
    static inputs = z.object({ n: z.number() });
    @start() a() {}
    @listen("a") b() {}
    @listen("b") c() {}
    @listen("c") d() {}
    @listen("d") e() {}
    @listen("e") f() {}
    @listen("f") g() {}
    @listen("g") h() {}
  }
  const flow = new Long();
  const { id } = await flow.kickoff({ n: 1 });
  expect(await flow.runs.inputs(id)).toEqual({ n: 1 });
  await flow.runs.prune({ keep: 0, keepResults: true });
  expect(await flow.runs.inputs(id)).toEqual({ n: 1 });
});
