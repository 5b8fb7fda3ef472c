/** Runs that begin on a state that is there: of a session, from its newest run or an older one, or of any run. */
import { Flow, listen, signal, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { serve } from "./serve.js";

class Story extends Flow<typeof Story> {
  static inputs = z.object({ line: z.string() });
  static state = z.object({ text: z.array(z.string()).default([]) });
  @start() write({ line }: { line: string }) {
    this.state.text.push(line);
    return this.state.text.join(" ");
  }
}
class Desk extends Flow {
  @start() open() {}
  @listen(signal("close")) close() {}
}
const flows = [Story, Desk];
const adas = "adas-own-key-0123456789";
const bobs = "bobs-own-key-0123456789";
const operators = "operators-key-0123456789";
const keys = [{ key: adas, subject: "ada" }, { key: bobs, subject: "bob" }, operators];
const as = (key: string) => ({ authorization: `Bearer ${key}` });

async function storyOf(options: object = {}) {
  const { post, ask } = await serve({ flows, ...options });
  const tell = async (query: string, line: string, headers: Record<string, string> = {}) =>
    (await post(`/flows/Story?wait=5&${query}`, { line }, headers)).body;
  return { tell, post, ask };
}

test("a session goes on from its newest run, from an older one, and from the beginning", async () => {
  const { tell, ask } = await storyOf();
  const one = await tell("session=s1", "It rained.");
  const two = await tell("session=s1", "She went out.");
  expect([one.output, two.output]).toEqual(["It rained.", "It rained. She went out."]);
  expect(two).toMatchObject({ session: "s1", continues: { run: one.id } });
  expect((await tell(`session=s1&from=${one.id}`, "She stayed in.")).output).toBe("It rained. She stayed in.");
  expect((await tell("session=s1&from=null", "It snowed.")).output).toBe("It snowed.");
  expect((await tell("session=s2", "Night.")).output).toBe("Night.");
  expect((await ask("/runs?session=s1")).body.runs.length).toBe(4);
});

test("any run is gone on from", async () => {
  const { tell } = await storyOf();
  const { id } = await tell("", "It rained.");
  expect((await tell(`continues=${id}`, "She went out.")).output).toBe("It rained. She went out.");
  expect((await tell(`continues=${id}`, "She stayed in.")).output).toBe("It rained. She stayed in.");
});

test("so does a run that is streamed", async () => {
  const { tell, post } = await storyOf();
  await tell("session=s1", "It rained.");
  const { body } = await post("/flows/Story/stream?session=s1", { line: "She went out." });
  expect(body).toContain('"output":"It rained. She went out."');
});

test("one at a time", async () => {
  const { post } = await storyOf();
  const { id } = (await post("/flows/Desk?session=d&wait=5")).body;
  const busy = await post("/flows/Desk?session=d");
  expect([busy.status, busy.body.code, busy.body.run]).toEqual([409, "SESSION_BUSY", id]);
});

test("with a key the same request is one turn; on another state it is another request", async () => {
  const { tell, ask } = await storyOf();
  const key = { "idempotency-key": "k" };
  const first = await tell("session=s1", "It rained.", key);
  expect((await tell("session=s1", "It rained.", key)).id).toBe(first.id);
  for (const query of ["session=s2", "", `continues=${first.id}`])
    expect((await tell(query, "It rained.", key)).code).toBe("SERVER_KEY_REUSED");
  expect((await ask("/runs")).body.runs.length).toBe(1);
});

describe("between subjects", () => {
  test("sessions of one name are apart, and runs of others are not there", async () => {
    const { tell } = await storyOf({ auth: { keys } });
    const { id } = await tell("session=s1", "Hers.", as(adas));
    expect((await tell("session=s1", "His.", as(bobs))).output).toBe("His.");
    for (const query of [`continues=${id}`, `session=s1&from=${id}`])
      expect(await tell(query, "His.", as(bobs))).toMatchObject({ status: 404, code: "RUN_NOT_FOUND" });
  });

  test("what an operator adds to a session stays its owner's", async () => {
    const { tell, ask } = await storyOf({ auth: { keys } });
    const { id } = await tell("session=s1", "Hers.", as(adas));
    const { session } = (await ask(`/runs/${id}`, { headers: as(operators) })).body;
    const added = await tell(`session=${session}`, "By the desk.", as(operators));
    expect(added.output).toBe("Hers. By the desk.");
    expect((await ask(`/runs/${added.id}`, { headers: as(adas) })).body.session).toBe("s1");
    expect((await tell("session=s1", "Again.", as(adas))).output).toBe("Hers. By the desk. Again.");
  });
});

test.each([
  ["from=x", 400],
  ["session=s1&continues=x", 400],
  ["session=", 400],
  ["session=a%00b", 400],
  [`session=${"a".repeat(400)}`, 400],
  ["session=s1&from=nothing", 404],
  ["continues=nothing", 404],
])("%s is refused, and nothing is stored", async (query, status) => {
  const { tell, ask } = await storyOf();
  expect(await tell(query, "x")).toMatchObject({ status });
  expect((await ask("/runs")).body.runs).toEqual([]);
});
