import fc from "fast-check";
import { describe, test } from "vitest";
import { chance } from "../../src/chat/reply/testing/chance.js";
import { majors } from "../../src/chat/reply/testing/clients.js";
import { pause } from "./chat-flows.js";
import { answerAll, cutter, lab } from "./show-lab.js";

const round = fc.record({
  letters: fc.string({ unit: fc.constantFrom(..."tmgcdfar"), minLength: 6, maxLength: 6 }),
  reads: fc.nat(24),
  waitMs: fc.nat(60),
  at: fc.constantFrom("one", "two"),
});

describe.each(majors)("a client of ai %i", (major) => {
  test("cut anywhere, comes back at any time", { timeout: 600_000 }, async () => {
    const servers = await lab(major);
    const comesBack = fc.asyncProperty(round, async ({ letters, reads, waitMs, at }) => {
      const { line, fetch } = cutter();
      const chat = servers.one.client(major, "Show", { fetch });
      line.reads = reads;
      await chat.sendMessage({ text: letters });
      await pause(waitMs);
      const back = servers[at as "one" | "two"].client(major, "Show", {
        id: chat.id,
        messages: chat.messages.slice(0, 1),
      });
      await back.resumeStream();
      if (back.messages.length === 1) return;
      await servers.same(back);
      await answerAll(back);
      await servers.same(back);
    });
    // what happens depends on when it happens: a smaller round that fails would fail by something else
    await fc.assert(comesBack, { ...chance({ rounds: 12 }), endOnFailure: true });
  });
});
