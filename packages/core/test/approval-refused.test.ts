/** What can't be put before a human is refused before anybody is asked. */
import { approval, Flow, FlowError, listen, or, router, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

const Note = z.object({ note: z.string() });

/** How a run of a router fails that returns this; nothing of it is committed. */
async function refusal(make: () => unknown, routes?: readonly string[]): Promise<FlowError> {
  class Odd extends Flow<{ changed: boolean }> {
    override initialState = { changed: false };
    @start() @router((routes && { routes }) as object) check() {
      this.state.changed = true;
      return make() as undefined;
    }
    @listen("yes" as never) heard() {}
  }
  const flow = new Odd();
  const error = await flow.kickoff(undefined, { id: "odd" }).catch((thrown: unknown) => thrown);
  if (!FlowError.is(error)) throw error;
  expect((await flow.runs.questions()).questions).toEqual([]);
  expect(await flow.runs.stateAt("odd")).toEqual({ changed: false });
  expect(error.step).toBe("check");
  return error;
}

const two = { message: "?", outcomes: ["yes", "no"] } as const;

test.each([
  ["one outcome", () => approval(1, { message: "?", outcomes: ["yes"] as never }), "fewer than two outcomes"],
  ["one twice", () => approval(1, { message: "?", outcomes: ["yes", "yes"] }), "twice"],
  ["an empty one", () => approval(1, { message: "?", outcomes: ["yes", ""] }), "for an outcome"],
  ["a time limit alone", () => approval(1, { ...two, timeout: "1d" } as never), "no `onTimeout`"],
  ["silence without a time limit", () => approval(1, { ...two, onTimeout: "yes" } as never), "no `timeout`"],
  ["silence of no outcome", () => approval(1, { ...two, timeout: 5, onTimeout: "maybe" as never }), '"maybe"'],
  [
    "feedback of silence that does not fit",
    () => approval(1, { ...two, schema: Note, timeout: 5, onTimeout: { outcome: "yes", feedback: {} as never } }),
    "does not fit",
  ],
  [
    "feedback of silence without a schema",
    () => approval(1, { ...two, timeout: 5, onTimeout: { outcome: "yes", feedback: 1 as never } }),
    "no schema",
  ],
])("%s: APPROVAL_INVALID, before anybody is asked", async (_, make, message) => {
  const error = await refusal(make);
  expect(error.code).toBe("APPROVAL_INVALID");
  expect(error.message).toContain(message);
});

test.each([
  ["a Date", z.date()],
  ["a transform", z.string().transform(Number)],
  ["a transform deep inside", z.object({ list: z.array(z.string().transform(Number)) })],
  ["a codec", z.codec(z.string(), z.number(), { decode: Number, encode: String })],
  ["a refinement", z.string().refine((text) => text !== "")],
  ["a trim", z.object({ note: z.string().trim() })],
])("a schema with %s can't be asked for: no code runs when the answer comes", async (_, schema) => {
  expect((await refusal(() => approval(1, { ...two, schema }))).code).toBe("ASK_SCHEMA_INVALID");
});

test("an outcome that is not among the routes: ROUTE_UNKNOWN, before anybody is asked", async () => {
  const error = await refusal(() => approval(1, { message: "?", outcomes: ["yes", "perhaps"] }), ["yes", "no"]);
  expect(error).toMatchObject({ code: "ROUTE_UNKNOWN", details: { label: "perhaps", routes: ["yes", "no"] } });
});

test("an approval that stands where no router returns it is refused", async () => {
  class Wrong extends Flow {
    @start() check() {
      return approval(1, two);
    }
  }
  const error = await new Wrong().kickoff().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "ROUTE_INVALID", step: "check" });
  expect(await refusal(() => ["yes", approval(1, two)])).toMatchObject({ code: "ROUTE_INVALID" });
});

test("feedback may be optional, may refer to itself, and gets its defaults", async () => {
  const Thread = z.object({
    text: z.string().default("nothing"),
    get replies() {
      return z.array(Thread).optional();
    },
  });
  class Talk extends Flow {
    @start() @router() check() {
      return approval(1, { ...two, schema: Thread.optional() });
    }
    @listen(or("yes", "no")) end(thread: z.output<typeof Thread> | undefined) {
      return thread ?? "none";
    }
  }
  const flow = new Talk();
  const answered = async (feedback?: unknown) => {
    const { id } = await flow.kickoff();
    const [question] = (await flow.runs.questions({ runId: id })).questions;
    return flow.runs.answer(question!.id, { outcome: "yes", ...(feedback !== undefined && { feedback }) });
  };
  expect(await answered()).toMatchObject({ output: "none" });
  expect(await answered({ replies: [{ text: "a" }, {}] })).toMatchObject({
    output: { text: "nothing", replies: [{ text: "a" }, { text: "nothing" }] },
  });
  await expect(answered({ replies: [{ text: 1 }] })).rejects.toMatchObject({ code: "ANSWER_INVALID" });
});
