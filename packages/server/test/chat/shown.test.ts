/** What a client was shown of a turn is what is stored of it, whatever becomes of the turn and of the line. */
import { virtualClock } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { pause } from "./chat-flows.js";
import { Talk } from "./show-flow.js";
import { answerAll, asked, cutter, lab } from "./show-lab.js";

describe.each(majors)("a client of ai %i", (major) => {
  test.each(["tmgcdf", "tct", "ctdtft", "tra", "rctfdx", "tax", "aa"])("is shown all of %s", async (letters) => {
    const { one, same } = await lab(major);
    const chat = one.client(major, "Show");
    await chat.sendMessage({ text: letters });
    await same(chat);
    await answerAll(chat);
    await same(chat);
    expect(chat.status).toBe(letters.includes("x") ? "error" : "ready");
    if (letters.includes("x")) return;
    expect(textOf(chat.messages[1])).toContain(`At the end, ${letters.length * 2} letters.`);
    const tail = chat.messages[1].parts.filter(({ toolCallId }: any) => toolCallId === "tail");
    expect(tail).toMatchObject([{ state: "output-available" }]);
  });

  test("finds text after a tool call after it", async () => {
    const { one } = await lab(major, { chat: { steps: false } });
    const chat = one.client(major, "Show");
    await chat.sendMessage({ text: "tct" });
    const left = chat.messages[1].parts.filter(
      ({ type, text, toolCallId }: any) => (type === "text" && text.startsWith("left")) || /^left/.test(toolCallId),
    );
    expect(left.map(({ type, text }: any) => text ?? type)).toEqual(["left says 0. ", "dynamic-tool", "left says 2. "]);
  });

  test.each([0, 1])("stopped at server %i", async (at) => {
    for (const wait of [0, 20, 60]) {
      const { one, two, same } = await lab(major);
      const chat = one.client(major, "Show");
      const sent = chat.sendMessage({ text: "tmcgdftcmt" });
      await until(() => chat.messages.length > 1);
      await pause(wait);
      await [one, two][at]!.post(`/flows/Show/chat/${chat.id}/stop`, {});
      await sent;
      await same(chat);
      await chat.sendMessage({ text: "t" });
      await same(chat);
    }
  });

  test("stopped while it waits", async () => {
    const { one, stored, same } = await lab(major);
    const chat = one.client(major, "Show");
    await chat.sendMessage({ text: "tca" });
    await same(chat);
    await one.post(`/flows/Show/chat/${chat.id}/stop`, {});
    const { status, messages } = await stored(chat.id);
    expect(status).toBe("cancelled");
    expect(textOf(messages[1])).toBe(textOf(chat.messages[1]));
    expect(asked(messages[1])).toEqual([]);
  });

  test("comes back after the end", async () => {
    const { one, two, rests, same } = await lab(major);
    for (const server of [one, two]) {
      const { line, fetch } = cutter();
      const chat = one.client(major, "Show", { fetch });
      line.reads = 4;
      await chat.sendMessage({ text: "tmcdf" });
      line.reads = Number.POSITIVE_INFINITY;
      await rests(chat.id);
      // a message with a half-told tool input is gone on with by ai 5 where the others begin anew
      const messages = major === 5 ? chat.messages.slice(0, 1) : chat.messages;
      const back = server.client(major, "Show", { id: chat.id, messages });
      await back.resumeStream();
      await same(back);
    }
  });

  test("comes back after the end again, whoever was there before", async () => {
    const { one, two, same, stored } = await lab(major);
    const { line, fetch } = cutter();
    const chat = one.client(major, "Show", { fetch });
    // all of it has left the server when the line is cut
    line.slow = 200;
    line.reads = 1;
    await chat.sendMessage({ text: "tmcdf" });
    expect(chat.status).toBe("error");
    line.reads = 0;
    await chat.resumeStream();
    expect(chat.status).toBe("error");
    const other = one.client(major, "Show", { id: chat.id, messages: (await stored(chat.id)).messages });
    await other.resumeStream();
    await same(other);
    line.reads = Number.POSITIVE_INFINITY;
    for (const server of [one, two, one]) {
      const back = server.client(major, "Show", { id: chat.id, messages: chat.messages.slice(0, 1), fetch });
      await back.resumeStream();
      await same(back);
    }
    if (major === 5) return;
    await chat.resumeStream();
    await same(chat);
  });

  test("sends an answer again whose reply was cut anywhere", async () => {
    const { one } = await lab(major, { flows: [Talk], chat: { steps: false } });
    for (let reads = 0; reads < 8; reads++) {
      const { line, fetch } = cutter();
      const chat = one.client(major, "Talk", { fetch });
      await chat.sendMessage({ text: "go" });
      const answer = async (output: number) => {
        const [part] = asked(chat.messages.at(-1));
        await chat.addToolOutput({ tool: "ask", toolCallId: part.toolCallId, output });
        await chat.sendMessage();
      };
      line.reads = reads;
      await answer(1);
      line.reads = Number.POSITIVE_INFINITY;
      if (chat.status === "error") await chat.sendMessage();
      await answer(2);
      const texts = chat.messages[1].parts.flatMap(({ type, text }: any) => (type === "text" ? [text] : []));
      expect(texts.join("|").replace(/(?<= )\||^\|/g, "")).toBe("After the first. The end.");
    }
  });
});

test("a reply that has ended is told for a minute", async () => {
  const clock = virtualClock();
  const { one } = await lab(6, { clock, recoverEvery: false });
  const chat = one.client(6, "Show");
  await Promise.all([chat.sendMessage({ text: "" }), clock.advance("1s")]);
  const back = async () => (await one.ask(`/flows/Show/chat/${chat.id}/stream`)).status;
  expect(await back()).toBe(200);
  await clock.advance("59s");
  expect(await back()).toBe(200);
  await clock.advance("2s");
  expect(await back()).toBe(204);
});

test("another reply is asked for while the first is under way: it is told", async () => {
  const { one, same } = await lab(6);
  const chat = one.client(6, "Show");
  const sent = chat.sendMessage({ text: "tmcgdftcmt" });
  await until(() => chat.messages.length > 1);
  await chat.stop();
  await sent;
  await chat.regenerate();
  expect([chat.status, chat.error]).toEqual(["ready", undefined]);
  await same(chat);
});
