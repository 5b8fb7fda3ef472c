import { virtualClock } from "@millrace/testing";
import { approval, Flow, listen, MemoryPersistence, router, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ServerOptions } from "../src/index.js";
import { serve } from "./serve.js";

class Desk extends Flow {
  @start() draft() {
    return "On <rivers> & lakes";
  }
  @router("draft") review(text: string) {
    return approval(text, {
      message: "Publish <it>?",
      outcomes: ["approved", "rejected"] as const,
      schema: z.string().optional(),
    });
  }
  @listen("approved") publish(answer: unknown) {
    return `published: ${JSON.stringify(answer)}`;
  }
  @listen("rejected") drop() {
    return "dropped";
  }
}

class Ask extends Flow {
  @start() async age() {
    return (await this.ask("How old?", { schema: z.number() })) + 1;
  }
}

const secret = "a-secret-of-enough-length";
const key = "the-operators-key-01234";
const bearer = { authorization: `Bearer ${key}` };

async function desk(options: Partial<ServerOptions> = {}) {
  const clock = virtualClock({ start: "2026-03-02T08:00:00Z" });
  const flows = [Desk, Ask];
  const server = await serve({ flows, clock, links: { secret }, auth: { keys: [key] }, ...options });
  const begin = async (flow: string): Promise<{ readonly question: string; readonly run: string }> => {
    const { body } = await server.post(`/flows/${flow}?wait=5`, {}, bearer);
    const { questions } = (await server.ask(`/questions?run=${body.id}`, { headers: bearer })).body;
    return { question: `/questions/${encodeURIComponent(questions[0].id)}`, run: `/runs/${body.id}` };
  };
  const link = async (question: string, wish: object = {}): Promise<string> => {
    const { status, body } = await server.post(`${question}/links`, wish, bearer);
    expect(status).toBe(201);
    return new URL(body.url).pathname;
  };
  const output = async (run: string) => {
    const shown = async () => (await server.ask(run, { headers: bearer })).body;
    await expect.poll(async () => (await shown()).status).toBe("completed");
    return (await shown()).output;
  };
  const page = (path: string, form?: Record<string, string>) =>
    server.ask(path, {
      headers: { accept: "text/html" },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
  return { ...server, clock, begin, link, output, page };
}

test("a link shows the question, and answers it once, with no key", async () => {
  const { begin, link, page, output } = await desk();
  const { question, run } = await begin("Desk");
  const path = await link(question);
  for (let i = 0; i < 3; i++) {
    const { status, headers, body } = await page(path);
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(body).toContain("Publish &lt;it&gt;?");
    expect(body).toContain("On &lt;rivers&gt; &amp; lakes");
    expect(body).toMatch(/value="approved"[\s\S]*value="rejected"/);
  }
  expect((await page(path, { outcome: "approved", feedback: "fine" })).body).toContain("Your answer was taken.");
  expect(await output(run)).toContain("fine");
  for (const again of [await page(path), await page(path, { outcome: "rejected" })]) {
    expect([again.status, again.body]).toEqual([409, expect.stringContaining("Already answered")]);
  }
});

test("a link for one outcome allows no other", async () => {
  const { begin, link, page, post, output } = await desk();
  const { question, run } = await begin("Desk");
  const path = await link(question, { outcome: "rejected" });
  expect((await page(path)).body).not.toContain('value="approved"');
  expect((await post(path, { outcome: "approved" })).status).toBe(400);
  expect((await page(path, { outcome: "approved" })).status).toBe(400);
  expect((await post(path)).body).toMatchObject({ answered: true });
  expect(await output(run)).toBe("dropped");
});

test("a program asks and answers in JSON; what does not fit leaves the question open", async () => {
  const { begin, link, ask, post, page, output } = await desk();
  const { question, run } = await begin("Ask");
  const path = await link(question);
  expect((await ask(path)).body).toMatchObject({ prompt: "How old?", schema: { type: "number" } });
  expect((await post(path, "old")).body.code).toBe("SERVER_BODY_INVALID");
  expect((await post(path, '"old"')).body.code).toBe("ANSWER_INVALID");
  expect((await page(path, { value: "old" })).status).toBe(422);
  expect((await page(path, { value: "41" })).status).toBe(200);
  expect(await output(run)).toBe(42);
});

test("of two who answer at the same time one is told that it is answered", async () => {
  const { begin, link, post } = await desk();
  const { question } = await begin("Desk");
  const path = await link(question);
  const answers = await Promise.all(["approved", "rejected"].map((outcome) => post(path, { outcome })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("forged, cut, changed and foreign links lead nowhere", async () => {
  const { begin, link, ask, page } = await desk();
  const { question } = await begin("Desk");
  const path = await link(question);
  const [text = "", signature = ""] = path.replace("/links/", "").split(".");
  const claims = JSON.parse(Buffer.from(text, "base64url").toString());
  const later = Buffer.from(JSON.stringify([...claims.slice(0, 2), claims[2] + 1])).toString("base64url");
  const forged = [
    `${later}.${signature}`,
    `${text}.${signature.slice(0, -1)}`,
    `${text}.${signature}A`,
    `${text}.${signature}.x`,
    `${text}.`,
    text,
    "x".repeat(10_000),
    "%00",
    `${text}.${"A".repeat(43)}`,
  ];
  for (const token of forged) {
    const { status, body } = await ask(`/links/${token}`);
    expect([token, status, body.code]).toEqual([token, 404, "SERVER_LINK_INVALID"]);
  }
  const shown = await page(`/links/${forged[0]}`);
  expect([shown.status, shown.body]).toEqual([404, expect.stringContaining("not one that was given out here")]);
  const other = await desk({ links: { secret: "another-secret-of-length" } });
  expect((await other.ask(path)).status).toBe(404);
});

test("a link ends with its time, and with the question's", async () => {
  const { begin, link, ask, clock, page } = await desk();
  const { question } = await begin("Desk");
  const path = await link(question, { expiresIn: "1h" });
  await clock.advance("59m");
  expect((await ask(path)).status).toBe(200);
  await clock.advance("1m");
  expect((await ask(path)).body.code).toBe("SERVER_LINK_EXPIRED");
  expect((await page(path, { outcome: "approved" })).status).toBe(410);
});

test("another server with the same secret and store takes the link, at the address that is told", async () => {
  const persistence = new MemoryPersistence();
  const one = await desk({
    persistence,
    links: { secret, publicUrl: "https://flows.example.com/base/" },
    basePath: "/api",
  });
  const { body: run } = await one.post("/api/flows/Desk?wait=5", {}, bearer);
  const { questions } = (await one.ask(`/api/questions?run=${run.id}`, { headers: bearer })).body;
  const made = await one.post(`/api/questions/${encodeURIComponent(questions[0].id)}/links`, undefined, bearer);
  expect(made.body.url).toMatch(/^https:\/\/flows\.example\.com\/base\/api\/links\//);
  const two = await desk({ persistence });
  expect((await two.ask(`/links/${made.body.url.split("/links/")[1]}`)).body.id).toBe(questions[0].id);
});

test.each([
  [{ outcome: "maybe" }, /It can be: approved, rejected/],
  [{ expiresIn: "400d" }, /7d/],
  [{ expiresIn: "soon" }, /7d/],
  [{ expiresIn: -1 }, /7d/],
  [{ until: 5 }, /7d/],
])("%j makes no link", async (wish, hint) => {
  const { begin, post } = await desk();
  const { question } = await begin("Desk");
  const { status, body } = await post(`${question}/links`, wish, bearer);
  expect([status, body.code, body.hint]).toEqual([400, "SERVER_REQUEST_INVALID", expect.stringMatching(hint)]);
});

test("who may not answer may make no link; a short secret is refused", async () => {
  const reader = "a-readers-key-0123456789";
  const auth = { keys: [key, { key: reader, flows: { Desk: ["read" as const] } }] };
  const { begin, post } = await desk({ auth });
  const { question } = await begin("Desk");
  expect((await post(`${question}/links`, {}, { authorization: `Bearer ${reader}` })).status).toBe(403);
  await expect(desk({ links: { secret: "short" } })).rejects.toMatchObject({ code: "SERVER_OPTION_INVALID" });
});
