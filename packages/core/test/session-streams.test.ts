/** A turn of a session that is watched: `stream(inputs, { session })`, and `run` of what was built. */
import { Flow, FlowError, flow, listen, MemoryPersistence, signal, start } from "millrace";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { failure } from "./support/failure.js";

const Go = signal("go");

class Chat extends Flow<typeof Chat> {
  static inputs = z.object({ message: z.string() });
  static state = z.object({ said: z.array(z.string()).default([]) });
  @start() async *hear({ message }: { message: string }) {
    this.state.said.push(message);
    yield* this.state.said;
    return this.state.said.join(" ");
  }
  @listen(Go) go() {}
}

class Counter extends Flow<typeof Counter> {
  static state = z.object({ by: z.number(), n: z.number().default(0) });
  @start() add() {
    this.state.n += this.state.by;
    return this.state.n;
  }
}

class Talk extends Flow<typeof Talk> {
  static inputs = Chat.inputs;
  static state = Chat.state;
  @start() async *hear({ message }: { message: string }) {
    yield message;
    this.state.said.push(message);
    return this.state.said.join(" ");
  }
}

test("a stream of a session: its id at once, on the state that was left, as `continue` answers", async () => {
  const talk = new Talk();
  await talk.continue("s", { message: "one" }, { id: "1" });
  const stream = talk.stream({ message: "two" }, { session: "s", id: "2" });
  expect(stream.id).toBe("2");
  const types: string[] = [];
  for await (const event of stream) types.push(event.type === "output.chunk" ? String(event.chunk) : event.type);
  expect(types.filter((type) => /^run|^two/.test(type))).toEqual([
    "run.created",
    "run.started",
    "two",
    "run.completed",
  ]);
  const result = await stream.result;
  expectTypeOf(result.outputs.hear).toEqualTypeOf<string | undefined>();
  expect(result).toMatchObject({ id: "2", output: "one two", state: { said: ["one", "two"] } });
  expect(await talk.runs.get("2")).toMatchObject({ session: "s", continues: { run: "1" } });
  const other = await talk.stream({ message: "three" }, { session: "s", from: "1" }).result;
  expect(other.output).toBe("one three");
  const anew = await talk.stream({ message: "four" }, { session: "s", from: null }).result;
  expect(anew.output).toBe("four");
  const plain = await talk.stream({ message: "five" }).result;
  expect(plain.output).toBe("five");
});

test("inputs are those of `continue`: all optional where they are the state's", async () => {
  const counter = new Counter();
  await counter.stream({ by: 2 }, { session: "s" }).result;
  const stream = counter.stream(undefined, { session: "s" });
  expect((await stream.result).output).toBe(4);
  expect((await counter.stream({}, { session: "s" }).result).output).toBe(6);
  const wrong = () => {
    // @ts-expect-error a kickoff needs what the state has no default for
    counter.stream();
    // @ts-expect-error no such input
    counter.stream({ byy: 2 }, { session: "s" });
    // @ts-expect-error where the inputs are the flow's own, they are needed in every run
    new Talk().stream(undefined, { session: "s" });
    // @ts-expect-error a kickoff is in no session
    counter.kickoff({ by: 2 }, { session: "s" });
  };
  expect(wrong).toBeTypeOf("function");
});

test("what keeps it from beginning is told by the loop and by the result", async () => {
  const chat = new Chat();
  await chat.continue("s", { message: "one" }, { id: "1" });
  const read = async (stream: ReturnType<Chat["stream"]>) => {
    const [told, error] = await Promise.all([failure(stream.result), failure(drain(stream))]);
    expect(told).toBe(error);
    return error.code;
  };
  expect(await read(chat.stream({ message: "two" }, { session: "s" }))).toBe("SESSION_BUSY");
  await chat.runs.cancel("1");
  expect(await read(chat.stream({ message: "two" }, { session: "s", id: "1" }))).toBe("RUN_EXISTS");
  expect(await read(chat.stream({ message: "two" }, { session: "s", from: "9" }))).toBe("RUN_NOT_FOUND");
  expect(await read(chat.stream({ message: "two" }, { session: "" }))).toBe("RUN_INPUTS_INVALID");
  expect(await read(chat.stream({ message: 2 as never }, { session: "s" }))).toBe("RUN_INPUTS_INVALID");
  const stopped = chat.stream({ message: "two" }, { session: "s", id: "2" });
  await stopped.cancel("no more");
  expect((await failure(stopped.result)).code).toBe("RUN_CANCELLED");
  expect(await chat.runs.get("2")).toMatchObject({ status: "cancelled" });
});

test("many at once on one session: each is told one run, its own, or that the session is busy", async () => {
  const talk = new Talk({ persistence: new MemoryPersistence() });
  const streams = Array.from({ length: 20 }, (_, i) => talk.stream({ message: `m${i}` }, { session: "s", id: `${i}` }));
  const told = await Promise.all(
    streams.map(async (stream) => {
      const events: string[] = [];
      try {
        for await (const { type, runId } of stream) {
          expect(runId).toBe(stream.id);
          events.push(type);
        }
        return events.filter((type) => type.startsWith("run.")).join();
      } catch (error) {
        if (!FlowError.is(error, "SESSION_BUSY")) throw error;
        return "busy";
      } finally {
        await stream.result.catch(() => undefined);
      }
    }),
  );
  expect([...new Set(told)].sort()).toEqual(["busy", "run.created,run.started,run.completed"]);
  const { runs } = await talk.runs.list({ session: "s" });
  expect(runs).toHaveLength(told.filter((one) => one !== "busy").length);
});

test("what was built tells its steps of a session's run", async () => {
  const chat = flow("chat")
    .input(z.object({ text: z.string() }))
    .state(z.object({ said: z.array(z.string()).default([]) }))
    .step("hear", ({ text }: { text: string }, { state }) => state.said.push(text))
    .compile();
  await chat.continue("s", { text: "one" });
  const run = chat.run({ text: "two" }, { session: "s" });
  const outputs: unknown[] = [];
  for await (const event of run) if (event.type === "OUTPUT" && event.step) outputs.push(event.output);
  expect(outputs).toEqual([2]);
  expect((await run.result).state.said).toEqual(["one", "two"]);
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
