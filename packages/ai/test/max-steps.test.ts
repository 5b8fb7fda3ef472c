/** When a model has called tools as often as it may be asked: it answers without them. */
import { flow, memory } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { llm, tool } from "../src/index.js";
import { acme, flowOf } from "./support/ai-document.js";
import { chunksOf } from "./support/chunks-of.js";
import { loop } from "./support/loop.js";
import { statelessModel, told } from "./support/scripted-model.js";

const look = tool({ parameters: z.object({ at: z.string() }), run: ({ at }) => `nothing at ${at}` });
const searching = { calls: [{ name: "look", input: { at: "home" } }] };

test("over a real socket: it is told its tools, and that none may be called", async () => {
  const { model, server } = await loop((request) => (request.tool_choice === "none" ? "Not found." : searching));
  const search = flow("search")
    .state(z.object({ talk: memory() }))
    .step("answer", llm({ model, prompt: "Where are my keys?", tools: { look }, memory: "talk", maxSteps: 2 }))
    .compile();
  const chunks = chunksOf(search);
  const { output, state, usage } = await search.complete();
  expect(output).toBe("Not found.");
  expect(server.asked.map(({ request }) => request.tool_choice)).toEqual(["auto", "auto", "none"]);
  expect(server.asked[2]!.request.tools).toHaveLength(1);
  expect(state.talk.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant", "tool", "assistant"]);
  expect(usage?.["loop/small:requests"]).toBe(3);
  expect(chunks.filter(({ type }) => type === "finish-step")).toHaveLength(3);
});

test("a typed answer is asked for in the same way", async () => {
  const { model } = await loop((request) => (request.tool_choice === "none" ? { json: { found: false } } : searching));
  const search = flow("search")
    .step("answer", llm({ model, prompt: "?", tools: { look }, output: z.object({ found: z.boolean() }), maxSteps: 1 }))
    .compile();
  expect((await search.complete()).output).toEqual({ found: false });
});

test("what it answered at last is kept as all else: a retry of the step is answered from there", async () => {
  let fails = 1;
  const model = statelessModel((round) =>
    round < 2 ? { calls: [{ tool: "look", input: { at: `${round}` } }] } : "Not found.",
  );
  const ask = llm({ model, prompt: "?", tools: { look }, maxSteps: 2 });
  const search = flow("search")
    .step(
      "answer",
      async (given: object, tools) => {
        const text = await ask(given, tools);
        if (fails-- > 0) throw new Error("cut off");
        return text;
      },
      { retry: { attempts: 2, delay: 0 } },
    )
    .compile();
  expect((await search.complete()).output).toBe("Not found.");
  expect(model.doStreamCalls).toHaveLength(3);
});

test("an agent of a document answers; with `onMaxSteps: stop` it says nothing", async () => {
  const document = (more: string) => `
models: { fast: { provider: acme, model: fast } }
tools:
  look: { parameters: { at: text }, type: template, template: "nothing at {{ params.at }}" }
flows:
  - id: search
    steps: [{ id: answer, type: agent, model: fast, tools: [look], prompt: Where?, maxSteps: 1${more} }]
`;
  const says = () => acme({ fast: [{ calls: [{ tool: "look", input: { at: "home" } }] }, "Not found."] }).fast!;
  const model = says();
  expect((await (await flowOf(document(""))).kickoff()).output).toBe("Not found.");
  expect(told(model, 1).at(-1)).toContain("nothing at home");
  const stopped = says();
  expect((await (await flowOf(document(", onMaxSteps: stop"))).kickoff()).output).toBe("");
  expect(stopped.asked).toBe(1);
});
