import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { FlowError } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inputSchema } from "../inputs/input-schema.js";
import { promptAnswer } from "./prompt-answer.js";
import { promptInputs } from "./prompt-inputs.js";

const enter = "\r";
const down = "\u001B[B";

/** Somebody who types the next text each time that one of these is asked. */
function typing(...script: readonly (readonly [asked: string, typed: string])[]) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { columns: 100, rows: 40 });
  const left = [...script];
  let seen = "";
  let all = "";
  output.on("data", (chunk: Buffer) => {
    seen += stripVTControlCharacters(String(chunk));
    all += stripVTControlCharacters(String(chunk));
    const [next] = left;
    if (!next || !seen.includes(next[0])) return;
    left.shift();
    seen = "";
    // by then the keys that made it write this have been read
    setImmediate(() => input.write(next[1]));
  });
  const streams = { input, output } as unknown as { input: NodeJS.ReadStream; output: NodeJS.WriteStream };
  return { streams, text: () => all, left };
}

async function asked(zod: z.ZodType, given: unknown, ...script: readonly (readonly [string, string])[]) {
  const someone = typing(...script);
  const schema = inputSchema({ inputs: zod } as never)!;
  const value = await promptInputs({ flow: "Trip", schema, zod, given, streams: someone.streams });
  expect(someone.left).toEqual([]);
  return { value, text: someone.text() };
}

describe("inputs", () => {
  test("nothing is asked where nothing that is required is missing", async () => {
    const schema = z.object({
      a: z.string(),
      b: z.number().default(1),
      c: z.object({ d: z.string().optional() }).optional(),
    });
    expect((await asked(schema, { a: "x" })).value).toEqual({ a: "x" });
    expect((await asked(z.object({ n: z.number().default(1) }), undefined)).value).toBeUndefined();
  });

  test("texts, numbers, booleans, choices; what is given is not asked for; defaults and optional ones can be passed over", async () => {
    const schema = z.object({
      city: z.string().min(2, "a city has two letters at least").describe("where to"),
      days: z.number().int().min(1),
      budget: z.number().default(100),
      note: z.string().optional(),
      direct: z.boolean(),
      class: z.enum(["second", "first"]),
      known: z.string(),
    });
    const { value, text } = await asked(
      schema,
      { known: "yes" },
      ["city: where to", `B${enter}`],
      ["a city has two letters at least", `ergen${enter}`],
      ["days", `1.5${enter}`],
      ["This is no whole number", `\b\b\b3${enter}`],
      ["budget", enter],
      ["note (optional)", enter],
      ["direct", `y`],
      ["class", down + enter],
    );
    expect(value).toEqual({ city: "Bergen", days: 3, direct: true, class: "first", known: "yes" });
    expect(text).toContain("100");
    expect(text).not.toContain("known");
  });

  test("lists, nested objects, kinds of objects", async () => {
    const schema = z.object({
      tags: z.array(z.string()),
      colours: z.array(z.enum(["red", "blue"])),
      home: z.object({ street: z.string(), number: z.number() }),
      by: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("train"), seat: z.string() }),
        z.object({ kind: z.literal("foot") }),
      ]),
    });
    const { value } = await asked(
      schema,
      { home: { number: 7 } },
      ["tags (1, empty to end)", `a${enter}`],
      ["tags (2, empty to end)", `b${enter}`],
      ["tags (3, empty to end)", enter],
      ["colours", ` ${enter}`],
      ["home.street", `Mill Lane${enter}`],
      ["by", enter],
      ["by.seat", `12${enter}`],
    );
    expect(value).toEqual({
      tags: ["a", "b"],
      colours: ["red"],
      home: { street: "Mill Lane", number: 7 },
      by: { kind: "train", seat: "12" },
    });
  });

  test("what JSON has no word for is typed as text, and checked as what it becomes", async () => {
    const schema = z.object({ when: z.date(), count: z.bigint() });
    const { value } = await asked(
      schema,
      {},
      ["when", `soon${enter}`],
      ["expected date", `\b\b\b\b2026-01-02${enter}`],
      ["count", `12${enter}`],
    );
    expect(value).toEqual({ when: "2026-01-02", count: "12" });
  });

  test("a secret is not shown", async () => {
    const schema = z.object({ key: z.string().meta({ format: "password" }) });
    const { value, text } = await asked(schema, {}, ["key", `hush${enter}`]);
    expect(value).toEqual({ key: "hush" });
    expect(text).not.toContain("hush");
  });

  test("Ctrl+C is an interruption", async () => {
    const error = await asked(z.object({ a: z.string() }), {}, ["a", "\u0003"]).catch((thrown) => thrown);
    expect(FlowError.is(error) && error.code).toBe("CLI_INTERRUPTED");
  });

  test("a schema that contains itself is asked for as far as somebody can answer", async () => {
    const tree: z.ZodType = z.object({
      name: z.string(),
      get children() {
        return z.array(tree).optional();
      },
    });
    const { value } = await asked(tree, {}, ["name", `root${enter}`], ["Add to children", "n"]);
    expect(value).toEqual({ name: "root" });
  });
});

describe("answers", () => {
  const approval = {
    step: "review",
    prompt: "Publish?\u001B[2J",
    value: { text: "On rivers." },
    outcomes: ["yes", "no"],
    schema: {
      type: "object",
      properties: {
        outcome: { enum: ["yes", "no"] },
        feedback: { type: "object", properties: { note: { type: "string" } }, required: ["note"] },
      },
      required: ["outcome", "feedback"],
    },
  };

  test("an approval shows what is to be decided on, and takes the feedback", async () => {
    const someone = typing(["Publish?", down + enter], ["note", `not yet${enter}`]);
    expect(await promptAnswer(approval, someone.streams)).toEqual({
      answer: { outcome: "no", feedback: { note: "not yet" } },
    });
    expect(someone.text()).toContain("On rivers.");
  });

  test("it can be left for later", async () => {
    const someone = typing(["Publish?", down + down + enter]);
    expect(await promptAnswer(approval, someone.streams)).toBe("later");
  });

  test("whether a tool may be called: what is asked, and what it would be given", async () => {
    const properties = { approved: { type: "boolean" }, reason: { type: "string" } };
    const schema = { type: "object", properties, required: ["approved"] };
    const question = { step: "help", prompt: "May the tool be called?", schema, value: { input: { id: 8 } } };
    const someone = typing(["approved", enter], ["reason", enter]);
    const { answer } = (await promptAnswer(question, someone.streams)) as { answer: object };
    expect(answer).toEqual({ approved: false });
    expect(someone.text()).toContain("May the tool be called?");
    expect(someone.text()).toContain('"id": 8');
  });

  test("a question of a step, by the schema that was stored with it", async () => {
    const schema = { type: "object", properties: { days: { type: "integer", minimum: 1 } }, required: ["days"] };
    const someone = typing(["days", `0${enter}`], [">=1", `\b4${enter}`]);
    expect(await promptAnswer({ step: "plan", prompt: "How many days?", schema }, someone.streams)).toEqual({
      answer: { days: 4 },
    });
    const text = typing(["Your name?", `Ada${enter}`]);
    expect(
      await promptAnswer({ step: "plan", prompt: "Your name?", schema: { type: "string" } }, text.streams),
    ).toEqual({ answer: "Ada" });
  });
});
