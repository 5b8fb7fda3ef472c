/** Whatever is asked can be answered by the page of a link, which has no script, and by one value over HTTP. */
import { generate, tool } from "@millrace/ai";
import { approval, Flow, listen, router, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { scriptedModel } from "../../ai/test/support/scripted-model.js";
import { serve } from "./serve.js";

const schemas = {
  Text: z.string(),
  Count: z.int().min(1),
  Price: z.number(),
  Sure: z.boolean(),
  Size: z.enum(["small", "large"]),
  Trip: z.object({
    city: z.string().meta({ title: "Which city?" }),
    days: z.int().min(1),
    by: z.enum(["train", "plane"]).default("train"),
    calm: z.boolean().optional(),
    stops: z.array(z.string()).optional(),
    hotel: z.object({ stars: z.number(), note: z.string().optional() }),
    more: z.record(z.string(), z.number()).optional(),
  }),
  Decision: z.object({ approved: z.boolean(), reason: z.string().optional() }),
};

const asking = Object.entries(schemas).map(([flowName, schema]) => {
  class Asking extends Flow {
    static flowName = flowName;
    @start() async put() {
      return this.ask("Tell <me>?", { schema: schema as z.ZodType<unknown> });
    }
  }
  return Asking;
});

class Review extends Flow {
  @start() draft() {
    return "On rivers";
  }
  @router("draft") review(text: string) {
    const schema = z.object({ note: z.string(), marks: z.int().optional() });
    return approval(text, { message: "Publish?", outcomes: ["yes", "no"] as const, schema });
  }
  @listen("yes") publish(feedback: unknown) {
    return feedback;
  }
}

function paying() {
  const model = scriptedModel([{ calls: [{ id: "p", tool: "pay", input: { sum: 5 } }] }, "Done."]);
  const pay = tool({ parameters: z.object({ sum: z.number() }), approval: true, run: ({ sum }) => `paid ${sum}` });
  return class extends Flow {
    static flowName = "Pay";
    @start() async pay() {
      const { toolCalls } = await generate({ model, prompt: "pay", tools: { pay }, maxRetries: 0 });
      return toolCalls.map(({ status, output, reason }: any) => [status, output ?? reason]);
    }
  };
}

async function asked(flow: string) {
  const server = await serve({ flows: [...asking, Review, paying()] });
  const { body: run } = await server.post(`/flows/${flow}?wait=5`);
  const [question] = (await server.ask(`/questions?run=${run.id}`)).body.questions;
  const address = `/questions/${encodeURIComponent(question.id)}`;
  const { pathname } = new URL((await server.post(`${address}/links`)).body.url);
  const page = (form?: Record<string, string>) =>
    server.ask(pathname, {
      headers: { accept: "text/html" },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
  const output = async () => {
    await expect.poll(async () => (await server.ask(`/runs/${run.id}`)).body.status).toBe("completed");
    return (await server.ask(`/runs/${run.id}`)).body.output;
  };
  return { ...server, address, page, output };
}

const fieldNames = (page: string) => [...page.matchAll(/name="([^"]+)"/g)].map(([, name]) => name);

test.each([
  ["Text", { value: "two\r\nlines" }, "two\nlines"],
  ["Count", { value: "3" }, 3],
  ["Price", { value: "2.5" }, 2.5],
  ["Sure", { value: "false" }, false],
  ["Size", { value: "large" }, "large"],
  ["Decision", { approved: "true", reason: "" }, { approved: true }],
  ["Decision", { approved: "false", reason: "no" }, { approved: false, reason: "no" }],
  ["Review", { outcome: "yes", "feedback.note": "fine", "feedback.marks": "2" }, { note: "fine", marks: 2 }],
  ["Pay", { approved: "true" }, [["done", "paid 5"]]],
  ["Pay", { approved: "false", reason: "too much" }, [["denied", "too much"]]],
  [
    "Trip",
    {
      city: "Bergen",
      days: "3",
      by: "",
      calm: "true",
      stops: "Voss\r\nFlåm",
      "hotel.stars": "4",
      "hotel.note": "",
      more: '{"a":1}',
    },
    { city: "Bergen", days: 3, by: "train", calm: true, stops: ["Voss", "Flåm"], hotel: { stars: 4 }, more: { a: 1 } },
  ],
])("the form of %s, filled with %j", async (...[flow, form, answer]) => {
  const { page, output } = await asked(flow);
  const shown = await page();
  expect(shown.status).toBe(200);
  expect(shown.body).not.toMatch(/<script|<me>/);
  const names = fieldNames(shown.body);
  for (const name of Object.keys(form)) expect(names).toContain(name);
  expect((await page(form)).status).toBe(200);
  expect(await output()).toEqual(answer);
});

test("what must be decided is decided by a button", async () => {
  const { page } = await asked("Pay");
  const { body } = await page();
  expect(body).toMatch(
    /<button name="approved" value="true">Yes<\/button>\s*<button name="approved" value="false">No</,
  );
  expect(body).toContain("&quot;sum&quot;: 5");
});

test("what does not fit is shown again with what was typed, and what is wrong", async () => {
  const { page, output } = await asked("Trip");
  const wrong = await page({ city: "<Oslo>", days: "0", "hotel.stars": "many" });
  expect(wrong.status).toBe(422);
  expect(wrong.body).toMatch(/role="alert"[\s\S]*days: [\s\S]*hotel\.stars: /);
  expect(wrong.body).toContain("&lt;Oslo&gt;</textarea>");
  expect((await page({ city: "Oslo", days: "1", "hotel.stars": "3" })).status).toBe(200);
  expect(await output()).toMatchObject({ city: "Oslo", days: 1 });
});

test.each([
  ["Review", { outcome: "yes", feedback: { note: "x" } }, { note: "x" }],
  ["Pay", true, [["done", "paid 5"]]],
  ["Pay", { approved: false, reason: "no" }, [["denied", "no"]]],
  ["Decision", false, { approved: false }],
])("%s takes %j over HTTP", async (...[flow, body, answer]) => {
  const { post, address, output } = await asked(flow);
  expect((await post(`${address}?wait=5`, body)).status).toBe(200);
  expect(await output()).toEqual(answer);
});

test.each([
  ["Pay", { ok: true }, "{ approved: boolean, reason?: string }"],
  ["Pay", "yes", "{ approved: boolean, reason?: string }"],
  ["Size", "huge", '"small" | "large"'],
  ["Review", { outcome: "maybe" }, '{ outcome: "yes" | "no", feedback: { note: string, marks?: number } }'],
])("%s refuses %j and says what it takes", async (...[flow, body, takes]) => {
  const { post, address } = await asked(flow);
  const { status, body: problem } = await post(address, body && JSON.stringify(body));
  expect([status, problem.code]).toEqual([422, "ANSWER_INVALID"]);
  expect(problem.hint).toBe(`Nothing was stored, the question is open: answer with ${takes}`);
});
