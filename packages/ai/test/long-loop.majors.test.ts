/** What a service is told in a long loop of tools, request by request. */
import { tool } from "@millrace/ai";
import type { ChatRequest } from "@millrace-tools/model-server";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { asking } from "./support/asking.js";
import { loop } from "./support/loop.js";

vi.setConfig({ testTimeout: 120_000 });

const look = tool({ parameters: z.object({ n: z.number() }), run: ({ n }) => ({ n, seen: "x".repeat(n) }) });
const rounds = ({ messages }: ChatRequest) => messages.filter(({ role }) => role === "tool").length;
const rolesOf = ({ messages }: ChatRequest) => messages.map(({ role }) => role[0]).join("");

test("each request tells all that was said, in order", async () => {
  const { model, server } = await loop((request) =>
    rounds(request) < 60 ? { calls: [{ name: "look", input: { n: rounds(request) } }] } : "seen",
  );
  const messages = [
    { role: "user" as const, content: "before" },
    { role: "assistant" as const, content: "yes?" },
  ];
  const options = { model, system: "Be kind.", messages, prompt: "look", tools: { look }, maxSteps: 100 };
  const { result } = await asking(options);
  expect(result).toMatchObject({ text: "seen", steps: 61 });
  expect(result.messages).toHaveLength(121);
  for (const [i, { request }] of server.asked.entries()) expect(rolesOf(request)).toBe(`suau${"at".repeat(i)}`);
  const last = server.asked[60]!.request.messages;
  const results = last.filter(({ role }) => role === "tool").map(({ content }) => JSON.parse(String(content)).n);
  expect(results).toEqual(Array.from({ length: 60 }, (_, n) => n));
  expect(last[0]).toMatchObject({ role: "system", content: "Be kind." });
});

test("corrections and other models between do not change what is told", async () => {
  const { model, server } = await loop((request, { number }) => {
    if (number === 3) return { status: 503 };
    if (request.messages.at(-1)!.role === "user" && rounds(request) === 2) return { json: { n: 2 } };
    return rounds(request) < 2 ? { calls: [{ name: "look", input: { n: 1 } }] } : "no json";
  });
  const { result } = await asking({
    model: [model, model],
    prompt: "look",
    tools: { look },
    maxRetries: 0,
    output: z.object({ n: z.number() }),
  });
  expect(result.output).toEqual({ n: 2 });
  expect(server.asked.map(({ request }) => rolesOf(request))).toEqual(["u", "uat", "uatat", "uatat", "uatatau"]);
});

test("an answer that ends for a reason nobody knows is one, where the service tells what it has used", async () => {
  const { model } = await loop([{ text: "whole", finishReason: "eos_token_9" }]);
  expect((await asking({ model, prompt: "?" })).result).toMatchObject({ text: "whole", finishReason: "other" });
});
