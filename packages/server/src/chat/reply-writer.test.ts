import fc from "fast-check";
import type { ChatMessage, FlowEvent } from "millrace";
import { describe, expect, it } from "vitest";
import { type ReplyOptions, ReplyWriter } from "./reply-writer.js";
import { partsShown } from "./shown-part.js";
import { chatClient, type Major, majors, textOf } from "./testing/clients.js";
import { forClient, sseDone, sseText, type WireChunk } from "./wire-chunk.js";

let seq = 0;
const about = { runId: "r1", flow: "Chat", at: 0 };
const event = (body: object): FlowEvent => ({ ...about, seq: ++seq, ...body }) as unknown as FlowEvent;
const step = (type: string, name = "answer", more: object = {}) =>
  event({ type: `step.${type}`, step: name, number: 1, attempt: 1, ...more });
const says = (chunk: unknown, name = "answer") =>
  event({ type: "output.chunk", step: name, number: 1, attempt: 1, chunk });
const begins = () => event({ type: "run.started", inputs: {} });
const completes = (text?: string, parts: object[] = text === undefined ? [] : [{ type: "text", text }]) =>
  event({ type: "run.completed", output: { id: "x", role: "assistant", parts } });
const text = (id: string, ...deltas: string[]) => [
  says({ type: "text-start", id }),
  ...deltas.map((delta) => says({ type: "text-delta", id, delta })),
  says({ type: "text-end", id }),
];

function written(events: readonly FlowEvent[], options: Partial<ReplyOptions> = {}) {
  const chunks: WireChunk[] = [];
  const writer = new ReplyWriter({
    runId: "r1",
    reply: (output) => output as ChatMessage,
    errorText: ({ message }) => message,
    steps: false,
    send: (chunk) => chunks.push(chunk),
    ...options,
  });
  chunks.push(writer.startChunk);
  for (const one of events) writer.take(one);
  return { chunks, writer, soFar: writer.soFar() };
}

/** What a real client makes of chunks. */
async function read(chunks: readonly WireChunk[], major: Major, known: Major | undefined = undefined) {
  const body = chunks.flatMap((chunk) => forClient(chunk, known) ?? []).map(sseText);
  const headers = { "content-type": "text/event-stream" };
  const fetch = async () => new Response([...body, sseDone].join(""), { headers });
  const client = chatClient(major, { api: "http://chat.test/", fetch });
  await client.sendMessage({ text: "hello" });
  return { client, message: client.messages[1], error: client.error };
}

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

  it("sends what nobody has streamed, and of what was streamed in part the rest", async () => {
    const whole = written([begins(), completes("a reply")]);
    expect(textOf((await read(whole.chunks, major)).message)).toBe("a reply");
    const rest = written([begins(), says("a re"), step("completed"), completes("a reply")]);
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
    expect(message.parts).toMatchObject(parts);
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
    const { chunks } = written([
      begins(),
      says({ type: "tool-input-available", toolCallId: "c", toolName: "pay", input: { sum: 3 }, dynamic: true }),
      event({ type: "ask.requested", id: "q1", step: "answer", number: 1, attempt: 1, prompt: "Pay?", schema: {} }),
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

  it("goes on with a message that the client has, and says nothing of it again", async () => {
    const posted: ChatMessage = {
      id: "reply-r1",
      role: "assistant",
      parts: [
        { type: "text", text: "Let me look." },
        { type: "dynamic-tool", toolCallId: "c", toolName: "w", state: "output-available", input: {}, output: 1 },
      ],
    };
    const { chunks } = written(
      [
        event({ type: "run.resumed", from: "waiting" }),
        step("started"),
        ...text("a", "Let me ", "look."),
        says({ type: "tool-input-available", toolCallId: "c", toolName: "w", input: {}, replayed: true }),
        ...text("b", "It is sunny."),
        completes("It is sunny."),
      ],
      { seen: partsShown(posted) },
    );
    expect(chunks.map(({ type }) => type)).toEqual([
      "start",
      "start-step",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
    ]);
  });

  const place = fc.constantFrom("a", "b");
  const id = fc.constantFrom("1", "2", "__proto__");
  const chunk = fc.oneof(
    fc.constantFrom("start-step", "finish-step").map((type) => ({ type })),
    fc
      .tuple(fc.constantFrom("text-start", "text-end", "reasoning-start", "reasoning-end"), id)
      .map(([type, id]) => ({ type, id })),
    fc
      .tuple(fc.constantFrom("text-delta", "reasoning-delta"), id, fc.constantFrom("x", "y", ""))
      .map(([type, id, delta]) => ({ type, id, delta })),
    fc
      .tuple(fc.constantFrom("tool-input-start", "tool-input-available", "tool-input-error"), id)
      .map(([type, id]) => ({ type, toolCallId: id, toolName: "t", input: { n: 1 }, errorText: "e" })),
    fc
      .tuple(
        fc.constantFrom(
          "tool-input-delta",
          "tool-output-available",
          "tool-output-error",
          "tool-output-denied",
          "tool-approval-request",
        ),
        id,
      )
      .map(([type, id]) => ({
        type,
        toolCallId: id,
        approvalId: "q",
        inputTextDelta: '{"',
        output: null,
        errorText: "e",
      })),
    fc.tuple(fc.constantFrom("data-x", "data-"), id).map(([type, id]) => ({ type, id, data: undefined })),
    fc.constantFrom(
      "plain",
      { type: "file", url: "data:,x", mediaType: "text/plain", filename: null },
      { type: "source-url", sourceId: "1", url: "https://example.com", title: null },
      { type: "custom" },
      { type: "text-delta", id: 7, delta: null },
      { type: "constructor" },
      null,
      42,
      { type: "object-delta", id: "o", object: {} },
    ),
  );
  const news = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(chunk, place).map(([what, where]) => says(what, where)) },
    fc
      .tuple(fc.constantFrom("started", "retrying", "completed", "failed", "aborted"), place)
      .map(([type, where]) => step(type, where)),
    fc.constant(event({ type: "ask.requested", id: "q", step: "a", number: 1, attempt: 1, prompt: "?", schema: {} })),
    fc.constant(event({ type: "ask.answered", id: "q", step: "a", number: 1, attempt: 1, answer: { value: 1 } })),
  );
  const end = fc.constantFrom(
    completes("xyx"),
    event({ type: "run.waiting", waitingFor: [] }),
    event({ type: "run.cancelled" }),
  );

  it("is never broken by what steps emit, neither live nor for who comes later", { timeout: 60_000 }, async () => {
    const runs = Number(process.env.MILLRACE_CHAT_FUZZ ?? 60);
    await fc.assert(
      fc.asyncProperty(fc.array(news, { maxLength: 40 }), end, fc.nat(40), async (events, last, late) => {
        const all = [begins(), ...events, last];
        const { chunks, soFar } = written(all, { steps: true });
        const before = written(all.slice(0, late + 1), { steps: true });
        const known = major === 5 ? undefined : major;
        for (const client of [undefined, known]) {
          const live = await read(chunks, major, client);
          expect(live.error).toBeUndefined();
          const replayed = await read(soFar, major, client);
          expect(replayed.error).toBeUndefined();
          const shown = (message: any) => message.parts.filter(({ type }: any) => type !== "step-start");
          expect(shown(replayed.message)).toEqual(shown(live.message));
        }
        const rest = chunks.slice(before.chunks.length);
        const both = await read([...before.soFar, ...rest], major);
        expect(both.error).toBeUndefined();
      }),
      { numRuns: runs },
    );
  });
});
