/** Tools in documents that whoever asks calls: `tools: [{ client: … }]`. */
import { describe, expect, test } from "vitest";
import { acme, flowOf, problemsOf } from "./support/ai-document.js";
import { told } from "./support/scripted-model.js";

describe("a tool of the client's", () => {
  const guide = (tools: string) => `
models: { fast: { provider: acme, model: fast } }
flows:
  - id: guide
    inputs: { text: text }
    steps:
      - id: answer
        type: agent
        model: fast
        prompt: "{{ input.text }}"
        tools: ${tools}
`;

  test("waits for whoever makes the call, and takes what fits", async () => {
    const { fast } = acme({ fast: [{ calls: [{ tool: "where", input: { exact: true } }] }, "In Rome."] });
    const flow = await flowOf(
      guide("[{ client: where, description: Where the user is., parameters: { exact: bool }, as: { city: text } }]"),
    );
    expect((await flow.kickoff({ text: "Where am I?" })).status).toBe("waiting");
    expect(fast!.doStreamCalls[0]!.tools).toMatchObject([
      { name: "where", description: "Where the user is.", inputSchema: { properties: { exact: { type: "boolean" } } } },
    ]);
    const [question] = (await flow.runs.questions()).questions;
    expect(question!.value).toMatchObject({ toolName: "where", input: { exact: true }, client: true });
    await expect(flow.runs.answer(question!.id, { output: { city: 5 } })).rejects.toMatchObject({
      code: "ANSWER_INVALID",
    });
    const done = await flow.runs.answer(question!.id, { output: { city: "Rome" } });
    expect(done).toMatchObject({ status: "completed", output: "In Rome." });
    expect(told(fast!, 1).at(-1)).toContain('{"city":"Rome"}');
  });

  test("needs nothing but its name", async () => {
    acme({ fast: [{ calls: [{ tool: "beep", input: {} }] }, "Beeped."] });
    const flow = await flowOf(guide("[{ client: beep }]"));
    await flow.kickoff({ text: "Beep." });
    const [question] = (await flow.runs.questions()).questions;
    expect(await flow.runs.answer(question!.id, { output: null })).toMatchObject({ output: "Beeped." });
  });

  test("is told where it is written wrong", async () => {
    acme({ fast: [] });
    const problems = await problemsOf(
      guide("[{ client: where, parameters: { exact: bol } }, { client: ask, as: txt }]"),
    );
    expect(problems).toContain("bol");
    expect(problems).toContain("txt");
    expect(await problemsOf(guide("[{ client: where it is }]"))).toContain("is no name of a tool");
    expect(await problemsOf(guide("[{ client: beep }, { client: beep }]"))).toContain('Two tools are called "beep"');
  });
});
