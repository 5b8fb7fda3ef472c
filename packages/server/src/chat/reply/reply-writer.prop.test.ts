import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageParts } from "./shown-part.js";
import { chance } from "./testing/chance.js";
import { majors } from "./testing/clients.js";
import { begins, completes, event, partsOf, plainParts, read, says, step, written } from "./testing/written.js";

describe.each(majors)("the reply as a client of ai %i reads it", (major) => {
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
    await fc.assert(
      fc.asyncProperty(fc.array(news, { maxLength: 40 }), end, fc.nat(40), async (events, last, late) => {
        const all = [begins(), ...events, last];
        const { chunks, kept, soFar, writer } = written(all, { steps: true });
        const before = written(all.slice(0, late + 1), { steps: true });
        const known = major === 5 ? undefined : major;
        for (const client of [undefined, known]) {
          const live = await read(chunks, major, client);
          expect(live.error).toBeUndefined();
          const replayed = await read(soFar, major, client);
          expect(replayed.error).toBeUndefined();
          const shown = (message: any) => message.parts.filter(({ type }: any) => type !== "step-start");
          expect(shown(replayed.message)).toEqual(shown(live.message));
          if (client) expect(plainParts(messageParts(writer.parts))).toEqual(plainParts(live.message.parts));
        }
        // what is kept of it comes to the same
        expect(messageParts(partsOf(kept))).toEqual(messageParts(writer.parts));
        const rest = chunks.slice(before.chunks.length);
        const both = await read([...before.soFar, ...rest], major);
        expect(both.error).toBeUndefined();
      }),
      chance({ rounds: 60 }),
    );
  });
});
