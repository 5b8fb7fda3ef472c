/** The page and the chat behind it, with the page's own client, which runs where there is no browser too. */
import { MemoryPersistence } from "millrace";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { serveParrot } from "./parrot.js";
import { serveSupport } from "./serve-support.js";

let takeBack: () => void;
let served: Awaited<ReturnType<typeof serveSupport>>;
beforeAll(async () => {
  vi.stubEnv("SUPPORT_MODEL", "demo/parrot");
  takeBack = serveParrot();
  served = await serveSupport({ persistence: new MemoryPersistence(), port: 0 });
}, 180_000);
afterAll(async () => {
  await served.close();
  takeBack();
  vi.unstubAllEnvs();
});

test("the page comes with its code in one piece", async () => {
  const html = await (await fetch(served.url)).text();
  expect(html).toContain('src="page.js"');
  const code = await fetch(`${served.url}/page.js`);
  expect(code.headers.get("content-type")).toContain("text/javascript");
  expect(await code.text()).not.toMatch(/^import .* from "/m);
  expect((await fetch(`${served.url}/other`)).status).toBe(404);
});

test("one chats by it, agrees to a tool, and comes back to what was said", async () => {
  const { openCall, openChat } = await import("./page/chat.js" as string);
  const api = `${served.url}/api/flows/Support/chat`;
  const told: string[] = [];
  const chat = await openChat(api, { id: "ada", changed: () => told.push(chat?.status) });
  await chat.sendMessage({ text: "Where is order 7?" });
  expect(textsOf(chat)).toEqual(["Where is order 7?", "It is on its way."]);
  await chat.sendMessage({ text: "My money back for order 8!" });
  const call = openCall(chat.messages.at(-1));
  expect(call).toMatchObject({ toolName: "pay_back", input: { id: 8 } });
  const reloaded = await openChat(api, { id: "ada", changed: () => undefined });
  expect(openCall(reloaded.messages.at(-1))).toMatchObject({ toolCallId: call.toolCallId, approval: call.approval });
  await chat.addToolApprovalResponse({ id: call.approval.id, approved: true });
  await expect.poll(() => [textsOf(chat).at(-1), chat.status]).toEqual(["35 euros are paid back.", "ready"]);
  expect(told).toContain("streaming");
  const again = await openChat(api, { id: "ada", changed: () => undefined });
  expect(textsOf(again)).toEqual(textsOf(chat));
}, 180_000);

function textsOf({ messages }: { messages: { parts: { type: string; text?: string }[] }[] }) {
  return messages.flatMap(({ parts }) => parts.flatMap(({ type, text }) => (type === "text" ? [text] : [])));
}
