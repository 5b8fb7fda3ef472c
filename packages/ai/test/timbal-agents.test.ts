/** Agents as Timbal's users write them: functions as tools, agents among agents, tools of a role, approvals, models in reserve. */
import { generate, llm, reply, tool } from "@millrace/ai";
import { newestText } from "@millrace-tools/model-server";
import { dynamicTool, jsonSchema } from "ai";
import { approval, Flow, flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { loop } from "./support/loop.js";
import { scriptedModel } from "./support/scripted-model.js";

const isAnswered = (request: { readonly messages: readonly { readonly role: string }[] }) =>
  request.messages.at(-1)!.role === "tool";

test("tools=[search]: defaults; what the model is not to see is given beside", async () => {
  const seen: unknown[] = [];
  const search = async (given: { query: string; limit: number }, user: string) => {
    seen.push({ ...given, user });
    return [`${given.query} for ${user}`];
  };
  const { model, server } = await loop((request) =>
    isAnswered(request) ? newestText(request) : { calls: [{ name: "search", input: { query: "rivers" } }] },
  );
  const tools = ({ user }: { user: string }) => ({
    search: tool({
      description: "Searches.",
      parameters: z.object({ query: z.string(), limit: z.int().default(5) }),
      run: (given) => search(given, user),
    }),
  });
  const agent = flow("agent")
    .input(z.object({ user: z.string() }))
    .step("answer", llm({ model, prompt: "rivers?", tools }))
    .compile();
  expect((await agent.complete({ user: "Ada" })).output).toBe('["rivers for Ada"]');
  expect(seen).toEqual([{ query: "rivers", limit: 5, user: "Ada" }]);
  const parameters = server.asked[0]!.request.tools![0]!.function.parameters as { properties: object };
  expect(Object.keys(parameters.properties)).toEqual(["query", "limit"]);
});

test("ToolSet: the tools of a role, and instructions made at each run", async () => {
  const { model, server } = await loop(() => "fine");
  const view = tool({ parameters: z.object({}), run: () => "profile" });
  const remove = tool({ parameters: z.object({}), run: () => "removed" });
  const desk = flow("desk")
    .input(z.object({ role: z.string() }))
    .step(
      "answer",
      llm({
        model,
        prompt: "Help.",
        system: ({ role }: { role: string }) => `You serve a ${role}.`,
        tools: ({ role }: { role: string }) => ({ view, remove: role === "admin" ? remove : undefined }),
      }),
    )
    .compile();
  await desk.complete({ role: "admin" });
  await desk.complete({ role: "user" });
  const told = server.asked.map(({ request }) => [
    request.messages[0]!.content,
    request.tools!.map(({ function: { name } }) => name),
  ]);
  expect(told).toEqual([
    ["You serve a admin.", ["view", "remove"]],
    ["You serve a user.", ["view"]],
  ]);
});

test("MCPServer: tools as clients of the protocol make them, by JSON Schema, errors included", async () => {
  const { model, server } = await loop((request) =>
    isAnswered(request)
      ? "done"
      : {
          calls: [
            { name: "files__list", input: { path: "/" } },
            { name: "files__list", input: { path: 7 } },
            { name: "files__read", input: {} },
          ],
        },
  );
  const of = (run: (input: { path: string }) => unknown) =>
    dynamicTool({
      description: "of a server",
      inputSchema: jsonSchema<unknown>(
        { type: "object", properties: { path: { type: "string" } }, additionalProperties: false },
        {
          validate: (value) =>
            typeof (value as { path?: unknown }).path === "number"
              ? { success: false, error: new Error("path is no text") }
              : { success: true, value },
        },
      ),
      execute: async (input) => run(input as { path: string }),
    });
  const tools = {
    files__list: of(({ path }) => ({ content: [{ type: "text", text: `files of ${path}` }] })),
    files__read: of(() => {
      throw new Error("connection lost");
    }),
  };
  class Files extends Flow {
    @start() answer() {
      return generate({ model, prompt: "files?", tools });
    }
  }
  const { outputs } = await new Files().kickoff();
  expect(outputs.answer!.toolCalls.map(({ status }) => status)).toEqual(["done", "invalid", "failed"]);
  const results = server.asked[1]!.request.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  expect(results).toEqual([
    expect.stringContaining("files of /"),
    expect.stringContaining("path is no text"),
    expect.stringContaining("connection lost"),
  ]);
});

test("an agent that is a tool of another: what each has used is counted, what the inner one says is for the outer one", async () => {
  const { model, server } = await loop((request) => {
    const system = request.messages[0]!.content;
    if (isAnswered(request)) return `${system === "Prices." ? "" : "It costs "}${newestText(request)}`;
    return {
      calls: [
        system === "Prices."
          ? { name: "cost", input: { days: 3, rate: 100 } }
          : { name: "pricing", input: { question: "3 days?" } },
      ],
    };
  });
  const cost = tool({
    parameters: z.object({ days: z.number(), rate: z.number(), flights: z.number().default(0) }),
    run: ({ days, rate, flights }) => days * rate + flights,
  });
  const pricing = tool({
    description: "Calculates what a journey costs.",
    parameters: z.object({ question: z.string() }),
    run: async ({ question }) => (await generate({ model, system: "Prices.", prompt: question, tools: { cost } })).text,
  });
  const travel = flow("travel")
    .step("answer", llm({ model, system: "Journeys.", prompt: "Rome, 3 days?", tools: { pricing } }))
    .compile();
  const said: unknown[] = [];
  const run = travel.run();
  for await (const event of run) if (event.type === "CHUNK") said.push((event.chunk as { delta?: string }).delta);
  const { output, usage } = await run.result;
  expect(output).toBe("It costs 300");
  expect(said.filter(Boolean).join("")).toBe("It costs 300");
  expect(usage?.["loop/small:requests"]).toBe(4);
  expect(server.asked).toHaveLength(4);
});

test("requires_approval of a step: who is denied does not run, nor does what depends on it", async () => {
  const ran: string[] = [];
  const release = flow("release")
    .step("staging", () => "build 7")
    .router(
      "gate",
      ({ build }: { build: string }) =>
        approval(build, { message: "Promote to prod?", outcomes: ["approved", "denied"] as const }),
      ({ staging }) => ({ build: staging }),
    )
    .step("prod", () => void ran.push("prod"), { on: "approved" })
    .step("announce", () => void ran.push("announce"))
    .link("prod", "announce")
    .compile();
  const decide = async (outcome: string) => {
    await release.complete();
    const { questions } = await release.runs.questions();
    expect(questions).toMatchObject([{ prompt: "Promote to prod?", value: "build 7" }]);
    return (await release.runs.answer(questions[0]!.id, { outcome })).status;
  };
  expect(await decide("denied")).toBe("completed");
  expect(ran).toEqual([]);
  expect(await decide("approved")).toBe("completed");
  expect(ran).toEqual(["prod", "announce"]);
});

test("suspend() in a tool: the agent asks the user, and goes on with what was answered", async () => {
  const { model } = await loop((request) =>
    isAnswered(request)
      ? `I set up ${newestText(request)}.`
      : { calls: [{ name: "ask_user", input: { question: "Which database?" } }] },
  );
  const ask_user = tool({
    description: "Asks the user.",
    parameters: z.object({ question: z.string() }),
    once: false,
    run: ({ question }, { ask }) => ask(question, { schema: z.string() }),
  });
  const agent = flow("assistant")
    .step("answer", llm({ model, prompt: "Set up my database.", tools: { ask_user } }))
    .compile();
  const run = await agent.complete();
  expect(run.status).toBe("waiting");
  const [question] = (await agent.runs.questions()).questions;
  expect(question!.prompt).toBe("Which database?");
  const done = await agent.runs.answer(question!.id, "postgres");
  expect(done).toMatchObject({ status: "completed", output: "I set up postgres." });
});

test("FallbackModel, output_model, and hooks around a step", async () => {
  const told: string[] = [];
  const models = [
    scriptedModel([new Error("down")], "acme/first"),
    scriptedModel(['{"sentiment":"good"}'], "acme/second"),
  ];
  class Analysis extends Flow {
    @start() async answer() {
      const { output, fallbacks } = await generate({
        model: models,
        maxRetries: 0,
        prompt: "Rivers are easy.",
        output: z.object({ sentiment: z.enum(["good", "bad"]) }),
      });
      return { ...output, instead: fallbacks.map(({ model }) => model), message: reply("fine").role };
    }
  }
  const analysis = new Analysis();
  analysis.events.on("step.started", ({ step }) => void told.push(`pre ${step}`));
  analysis.events.on("step.completed", ({ step }) => void told.push(`post ${step}`));
  const { outputs } = await analysis.kickoff();
  expect(outputs.answer).toEqual({ sentiment: "good", instead: ["acme/first"], message: "assistant" });
  expect(told).toEqual(["pre answer", "post answer"]);
});
