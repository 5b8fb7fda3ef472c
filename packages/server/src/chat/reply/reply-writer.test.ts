import { describe, expect, it } from "vitest";
import { messageParts } from "./shown-part.js";
import { majors, textOf } from "./testing/clients.js";
import { begins, completes, event, partsOf, plainParts, read, says, step, text, written } from "./testing/written.js";

describe.each(majors)("the reply as a client of ai %i reads it", (major) => {
  it("shows a text as it comes", async () => {
    const { chunks } = written([begins(), ...text("t", "so ", "much"), completes("so much")]);
    const { message, error } = await read(chunks, major);
    expect(error).toBeUndefined();
    expect(message).toMatchObject({ id: "reply-r1", role: "assistant", metadata: { runId: "r1" } });
    expect(message.parts.map(({ type, text }: any) => [type, text])).toEqual([["text", "so much"]]);
  });

  it("shows once what a second attempt says again, and goes on where it stood", async () => {
    const { chunks } = written([
      begins(),
      step("started"),
      says({ type: "text-start", id: "t" }),
      says({ type: "text-delta", id: "t", delta: "so mu" }),
      step("retrying"),
      step("started"),
      ...text("t", "so ", "much ", "depends"),
      step("completed"),
      completes("so much depends"),
    ]);
    const { message } = await read(chunks, major);
    expect(message.parts.map((part: any) => part.text)).toEqual(["so much depends"]);
  });

  it("begins a part anew where a second attempt says something else", async () => {
    const { chunks } = written([
      begins(),
      step("started"),
      says({ type: "text-start", id: "t" }),
      says({ type: "text-delta", id: "t", delta: "so mu" }),
      step("retrying"),
      step("started"),
      ...text("t", "so ", "little"),
      step("completed"),
      completes("so little"),
    ]);
    const { message } = await read(chunks, major);
    expect(message.parts.map((part: any) => part.text)).toEqual(["so mu", "so little"]);
  });

  it("keeps apart what calls say at the same time by the same id, in every attempt", async () => {
    const start = { type: "text-start", id: "0" };
    const delta = (word: string) => ({ type: "text-delta", id: "0", delta: word });
    const both = [
      ...[step("started", "a"), step("started", "b"), says(start, "a"), says(start, "b")],
      ...[says(delta("a1 "), "a"), says(delta("b1 "), "b"), says(delta("a2 "), "a"), says(delta("b2 "), "b")],
      ...[says({ type: "text-end", id: "0" }, "a"), says({ type: "text-end", id: "0" }, "b")],
    ];
    const retried = [step("retrying", "a"), step("retrying", "b")];
    const { chunks } = written([begins(), ...both, ...retried, ...both, completes()]);
    const { message, error } = await read(chunks, major);
    expect(error).toBeUndefined();
    expect(message.parts.map((part: any) => part.text)).toEqual(["a1 a2 ", "b1 b2 "]);
  });

  it("sends what nobody has streamed, and of what was streamed in part the rest", async () => {
    const whole = written([begins(), completes("a reply")]);
    expect(textOf((await read(whole.chunks, major)).message)).toBe("a reply");
    const rest = written([begins(), says("a "), step("completed"), completes("a reply")]);
    expect(textOf((await read(rest.chunks, major)).message)).toBe("a reply");
    const parts = [
      { type: "reasoning", text: "hm" },
      { type: "text", text: "look:" },
      { type: "file", mediaType: "image/png", url: "data:image/png;base64,AA==" },
      { type: "source-url", sourceId: "1", url: "https://example.com" },
      { type: "data-card", data: { n: 1 } },
      { type: "dynamic-tool", toolCallId: "c", toolName: "w", state: "output-available", input: {}, output: 7 },
    ];
    const rich = written([begins(), completes(undefined, parts)]);
    const { message, error } = await read(rich.chunks, major);
    expect(error).toBeUndefined();
    expect(message.parts).toMatchObject([...parts, { type: "step-start" }]);
  });

  it("says once what steps have said at the same time and the reply puts together", async () => {
    const both = (text: string) => [
      begins(),
      ...[says("The mill ", "a"), says("The river ", "b"), says("stands.", "a"), says("flows. ", "b")],
      step("completed", "a"),
      step("completed", "b"),
      completes(text),
    ];
    for (const [reply, rest] of [
      ["The mill stands.\n\nThe river flows.", []],
      ["The river flows. The mill stands.", []],
      ["The river flows.\n\nThe mill stands.\n\nSo far.", ["So far."]],
    ] as const) {
      const { message } = await read(written(both(reply)).chunks, major);
      expect(message.parts.map((part: any) => part.text)).toEqual(["The mill stands.", "The river flows. ", ...rest]);
    }
    const other = "A long reply that has nothing to do with it, but for The mill stands. in its midst.";
    const { message } = await read(written(both(other)).chunks, major);
    expect(message.parts.at(-1).text).toBe(other);
  });

  it("says whole what stands around a text that was streamed, and never half a word", async () => {
    const draft = "The mill stands by the river, and its wheel turns all day.";
    for (const [streamed, reply, rest] of [
      [draft, `# Mills\n\n${draft}\n\nSources: one`, `# Mills\n\n${draft}\n\nSources: one`],
      [draft, `# Mills\n\n${draft}`, `# Mills\n\n${draft}`],
      [draft, `${draft}\n\nSources: one`, "\n\nSources: one"],
      ["No", "Nobody knows.", "Nobody knows."],
      ["No", "No, nobody.", ", nobody."],
      ["水车转动", "水车转动，河水流淌", "，河水流淌"],
    ] as const) {
      const { chunks } = written([begins(), says(streamed), step("completed"), completes(reply)]);
      const { message } = await read(chunks, major);
      expect(message.parts.map((part: any) => part.text)).toEqual([streamed, rest]);
    }
  });

  it("asks nobody what was answered elsewhere before it could be shown", async () => {
    const asks = { step: "ask", number: 1, attempt: 1, prompt: "How many?", schema: {} };
    for (const answer of [{ value: 3 }, { timedOut: true }]) {
      const { chunks, soFar } = written([
        begins(),
        says({ type: "tool-input-available", toolCallId: "c", toolName: "wait", input: {} }),
        says({ type: "text-start", id: "t" }),
        says({ type: "text-delta", id: "t", delta: "I write" }),
        event({ type: "ask.requested", id: "q1", ...asks }),
        event({ type: "ask.answered", id: "q1", step: "ask", number: 1, answer }),
        event({ type: "ask.requested", id: "q2", ...asks }),
        says({ type: "text-end", id: "t" }),
        says({ type: "tool-output-available", toolCallId: "c", output: 1 }),
        event({ type: "run.waiting", waitingFor: [] }),
      ]);
      for (const told of [chunks, soFar]) {
        const { message, error } = await read(told, major);
        expect(error).toBeUndefined();
        const open = message.parts.filter(({ state }: any) => state === "input-available");
        expect(open).toMatchObject([{ toolCallId: "q2" }]);
      }
    }
  });

  it("shows a tool's call from input to output, whatever is repeated", async () => {
    const call = { toolCallId: "c", toolName: "weather" };
    const once = [
      says({ type: "tool-input-start", ...call }),
      says({ type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"city":"Ro' }),
      says({ type: "tool-input-available", ...call, input: { city: "Rome" }, dynamic: true }),
      says({ type: "tool-output-available", toolCallId: "c", output: { sun: true } }),
    ];
    const { chunks } = written([begins(), ...once, step("retrying"), step("started"), ...once, completes("sun")]);
    const { message } = await read(chunks, major);
    expect(message.parts.filter((part: any) => part.type === "dynamic-tool")).toMatchObject([
      { toolName: "weather", state: "output-available", input: { city: "Rome" }, output: { sun: true } },
    ]);
  });

  it("shows of a tool's outputs the one that is not preliminary", async () => {
    const output = (value: string, more: object = {}) =>
      says({ type: "tool-output-available", toolCallId: "c", output: value, ...more });
    const preliminary = { preliminary: true };
    const call = says({ type: "tool-input-available", toolCallId: "c", toolName: "count", input: {} });
    const outputs = [output("10%", preliminary), output("50%", preliminary), output("all counted")];
    const { message, error } = await read(written([begins(), call, ...outputs, completes()]).chunks, major);
    expect(error).toBeUndefined();
    expect(message.parts).toMatchObject([{ state: "output-available", output: "all counted" }, { type: "step-start" }]);
    expect(message.parts[0].preliminary).toBeUndefined();
  });

  it("ends with an error in the stream where the run fails, and keeps what was said", async () => {
    const failed = event({ type: "run.failed", error: { code: "STEP_FAILED", message: "no model", retryable: false } });
    const { chunks } = written([begins(), says("so "), failed]);
    const { message, client } = await read(chunks, major);
    expect(client.status).toBe("error");
    expect(client.error?.message).toBe("no model");
    expect(textOf(message)).toBe("so ");
  });

  it("keeps what was said where the run is cancelled", async () => {
    const { chunks } = written([begins(), says("so "), event({ type: "run.cancelled" })]);
    const { message, client } = await read(chunks, major);
    expect(client.status).toBe("ready");
    expect(textOf(message)).toBe("so ");
  });

  it("shows a question as a tool that waits for its output", async () => {
    const asked = { id: "q1", step: "answer", number: 1, attempt: 1, prompt: "How many?", schema: { type: "number" } };
    const { chunks } = written([
      begins(),
      event({ type: "ask.requested", ...asked }),
      event({ type: "run.waiting", waitingFor: [] }),
    ]);
    const { message } = await read(chunks, major);
    expect(message.parts).toMatchObject([
      {
        type: "dynamic-tool",
        toolName: "ask",
        toolCallId: "q1",
        state: "input-available",
        input: { prompt: "How many?" },
      },
    ]);
  });

  it("asks for a tool's approval in the words of a client that knows them, and without for others", async () => {
    const value = { toolCallId: "c", toolName: "pay", input: { sum: 3 } };
    const asks = { step: "answer", number: 1, attempt: 1, value };
    const { chunks } = written([
      begins(),
      says({ type: "tool-input-available", ...value, dynamic: true }),
      event({ type: "ask.requested", id: "q1", ...asks, prompt: "Pay?", schema: {} }),
      says({ type: "tool-approval-request", approvalId: "q1", toolCallId: "c" }),
      event({ type: "run.waiting", waitingFor: [] }),
    ]);
    const any = await read(chunks, major);
    expect(any.error).toBeUndefined();
    expect(any.message.parts).toMatchObject([{ toolCallId: "c", state: "input-available" }]);
    if (major === 5) return;
    const told = await read(chunks, major, major);
    expect(told.error).toBeUndefined();
    expect(told.message.parts).toMatchObject([{ state: "approval-requested", approval: { id: "q1" } }]);
  });

  it("is kept as it was shown where a call ends that was to be approved, and nobody has decided", async () => {
    if (major === 5) return;
    const { chunks, writer } = written([
      begins(),
      says({ type: "tool-input-available", toolCallId: "c", toolName: "pay", input: {} }),
      says({ type: "tool-approval-request", approvalId: "q1", toolCallId: "c" }),
      completes(),
    ]);
    const { message } = await read(chunks, major, major);
    expect(message.parts[0]).toMatchObject({ state: "output-error", approval: { id: "q1" } });
    // an approval that was neither given nor refused is none to the AI SDK's own check
    expect(messageParts(writer.parts)[0]).not.toHaveProperty("approval");
    expect(plainParts(messageParts(writer.parts))).toEqual(plainParts(message.parts));
  });

  it("ends where more is said than anybody reads", async () => {
    const { chunks, soFar } = written([begins(), ...Array.from({ length: 20 }, () => says("x".repeat(1_000_000)))]);
    expect(soFar.reduce((sum, { delta }) => sum + String(delta ?? "").length, 0)).toBeLessThan(17_000_000);
    expect(chunks.at(-1)).toEqual({ type: "error", errorText: "The reply is too long to be told." });
  });

  it("tells which steps run, replaced in place", async () => {
    const { chunks } = written(
      [begins(), step("started", "look"), step("started"), step("completed", "look"), step("failed"), completes("x")],
      { steps: true },
    );
    const { message } = await read(chunks, major);
    expect(message.parts.filter(({ type }: any) => type === "data-flow-method")).toEqual([
      { type: "data-flow-method", id: "look:1", data: { step: "look", number: 1, status: "completed" } },
      { type: "data-flow-method", id: "answer:1", data: { step: "answer", number: 1, status: "failed" } },
    ]);
  });

  it("goes on with what was told before, and says nothing of it again", async () => {
    const before = [
      begins(),
      step("started"),
      ...text("a", "Let me ", "look."),
      says({ type: "tool-input-available", toolCallId: "c", toolName: "w", input: {} }),
      says({ type: "tool-output-available", toolCallId: "c", output: 1 }),
      says({ type: "source-url", sourceId: "s", url: "https://example.com" }),
    ];
    const { kept, chunks: first } = written(before);
    const told = partsOf(kept);
    const { chunks } = written(
      [
        event({ type: "run.resumed", from: "running" }),
        step("started"),
        ...text("a", "Let me ", "look."),
        says({ type: "tool-input-available", toolCallId: "c", toolName: "w", input: {}, replayed: true }),
        says({ type: "tool-output-available", toolCallId: "c", output: 1 }),
        says({ type: "source-url", sourceId: "s", url: "https://example.com" }),
        ...text("b", "It is sunny."),
        completes("It is sunny."),
      ],
      { told },
    );
    expect(chunks.map(({ type }) => type)).toEqual([
      "start",
      "start-step",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
    ]);
    const { error, message } = await read([...first, ...chunks.slice(1)], major);
    expect(error).toBeUndefined();
    expect(message.parts.map(({ type }: any) => type)).toEqual([
      "text",
      "dynamic-tool",
      "source-url",
      "step-start",
      "text",
    ]);
  });
});
