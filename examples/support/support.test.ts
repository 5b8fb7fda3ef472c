/** The chat in both doors, with a parrot in place of the model. */
import { fileURLToPath } from "node:url";
import { aiSteps } from "@millrace/ai/document";
import { loadDocument } from "@millrace/document";
import { type Flow, MemoryPersistence } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveParrot } from "./parrot.js";
import { turn } from "./turn.js";

let takeBack: () => void;
const before = process.env.SUPPORT_MODEL;
beforeAll(() => {
  process.env.SUPPORT_MODEL = "demo/parrot";
  takeBack = serveParrot();
});
afterAll(() => {
  takeBack();
  if (before === undefined) delete process.env.SUPPORT_MODEL;
  else process.env.SUPPORT_MODEL = before;
});

const doors: Readonly<Record<string, () => Promise<Flow<object>>>> = {
  "a class": async () => {
    const { Support } = await import("./support.js");
    return new Support({ persistence: new MemoryPersistence() }) as unknown as Flow<object>;
  },
  "a document": async () => {
    const file = fileURLToPath(new URL("support.yaml", import.meta.url));
    const { flows } = await loadDocument(file, { stepTypes: aiSteps });
    return new flows.support!({ persistence: new MemoryPersistence() }) as unknown as Flow<object>;
  },
};

test.each(Object.keys(doors))("as %s", async (door) => {
  const support = await doors[door]!();
  const asked: string[] = [];
  const say = (text: string, agrees = true) =>
    turn(support, {
      chat: "ada",
      text,
      ask: async (question) => {
        asked.push(question);
        return agrees;
      },
    });
  expect(await say("Hello.")).toBe("Which order is it about?");
  expect(await say("Where is order 7?")).toBe("It is on its way.");
  expect(await say("Where is order 9?")).toContain("there is no order 9");
  expect(asked).toEqual([]);
  expect(await say("My money back for order 8!", false)).toBe("That was not allowed.");
  expect(await say("My money back for order 8!")).toBe("35 euros are paid back.");
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/^May the tool "pay_back" be called\? .*"input":\{"id":8\}/);
  const { runs } = await support.runs.list({ session: "ada" });
  expect(runs.map(({ status }) => status)).toEqual(Array(5).fill("completed"));
});
