// Flows handed over as specs: schemas of parameters, and everything that can be wrong with a spec.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { FlowError, type FlowSpec, flowClass, lowerFlow, ref } from "../src/index.js";

const built = (spec: FlowSpec) => new (flowClass(lowerFlow(spec)))();
const echo = (given: unknown) => given;

function problemsOf(make: () => unknown) {
  try {
    make();
  } catch (error) {
    if (FlowError.is(error, "PLAN_INVALID")) return error.details.problems;
    throw error;
  }
  throw new Error("no problem was found");
}

describe("parameters with a schema", () => {
  const n = z.object({ n: z.number() });

  test("fixed ones are checked when the flow is built", () => {
    const [problem] = problemsOf(() =>
      lowerFlow({ name: "Fixed", steps: [{ name: "a", run: echo, with: { n: "12" }, params: n }] }),
    );
    expect(problem).toMatchObject({
      code: "STEP_PARAMS_INVALID",
      step: "a",
      message: expect.stringMatching(/n: .*number/),
    });
    const found = problemsOf(() =>
      lowerFlow({
        name: "Fixed",
        steps: [
          { name: "a", run: () => 1 },
          { name: "b", run: echo, with: { m: ref("a") }, params: n },
        ],
      }),
    );
    expect(found[0]!.message).toContain('unknown key; did you mean "n"?');
  });

  test("what comes of inputs is checked at kickoff, before any step runs", async () => {
    let ran = 0;
    const flow = built({
      name: "Kickoff",
      input: z.object({ n: z.unknown() }),
      steps: [
        { name: "first", run: () => ran++ },
        {
          name: "second",
          run: echo,
          with: { n: ref("input.n"), first: ref("first") },
          params: n.extend({ first: z.number() }),
        },
      ],
    });
    const failed = await flow.kickoff({ n: "12" }).catch((error: unknown) => error);
    expect(FlowError.is(failed, "STEP_PARAMS_INVALID") && failed.details.problems[0]!.path).toEqual(["n"]);
    expect(ran).toBe(0);
    expect((await flow.kickoff({ n: 12 })).output).toEqual({ n: 12, first: 0 });
  });

  test("all else is checked at the call, once", async () => {
    const flow = built({
      name: "Call",
      steps: [
        { name: "a", run: () => "12" },
        { name: "b", run: echo, with: { n: ref("a") }, params: n, retry: { attempts: 3 } },
      ],
    });
    let tries = 0;
    flow.events.on("step.retrying", () => {
      tries++;
    });
    await expect(flow.kickoff()).rejects.toMatchObject({ code: "STEP_PARAMS_INVALID", step: "b" });
    expect(tries).toBe(0);
  });
});

test("all problems at once, each with the nearest name", () => {
  const found = problemsOf(() =>
    lowerFlow({
      name: "Wrong",
      input: z.object({ path: z.string() }),
      steps: [
        { name: "parse", run: echo, with: { p: ref("input.pat") } },
        { name: "load", run: echo, with: { t: ref("prase.text"), s: ref("state.x") }, after: [{ step: "pars" }] },
        { name: "load", run: echo },
        { name: "input", run: echo, timeout: "10 s" as "10s" },
        { name: "", run: "echo" as never },
      ],
      result: ref("lod"),
    }),
  );
  expect(found.map(({ code, message }) => `${code} ${message.split("\n")[0]}`)).toMatchInlineSnapshot(`
    [
      "PLAN_REFERENCE_INVALID The output refers to "lod", which leads to nothing; did you mean "load"?",
      "PLAN_REFERENCE_INVALID Step "parse" refers to "input.pat", which leads to nothing: there is no "pat"; did you mean "path"?",
      "PLAN_REFERENCE_INVALID Step "load" refers to "prase.text", which leads to nothing; did you mean "parse"?",
      "PLAN_REFERENCE_INVALID Step "load" refers to "state.x", which leads to nothing: the flow has no state.",
      "PLAN_REFERENCE_INVALID Step "load" follows "pars", but no step has this name; did you mean "parse"?",
      "PLAN_DUPLICATE_STEP Two steps are named "load".",
      "PLAN_STEP_INVALID A step is named "input", by which the inputs of the flow are referred to.",
      "DEFINITION_DURATION_INVALID Option \`timeout\` of step "input" in Wrong is "10 s", which is no duration.",
      "PLAN_STEP_INVALID A step has no name.",
      "PLAN_STEP_INVALID What is given as step "" is neither a function nor a flow.",
    ]
  `);
});
