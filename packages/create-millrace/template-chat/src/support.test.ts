import { textOf } from "@millrace/ai";
import { createServer } from "@millrace/server";
import { expect, test, vi } from "vitest";

// the stand-in answers, whatever keys there are
vi.stubEnv("OPENAI_API_KEY", "");
const { Support } = await import("./support.js");

const message = (text: string) => ({ id: crypto.randomUUID(), role: "user" as const, parts: [{ type: "text", text }] });

test("it knows where an order is, and what was said before", async () => {
  const chat = new Support();
  const say = async (text: string) => {
    const turn = await chat.continue("ada", { message: message(text) });
    return turn.status === "completed" ? textOf(turn.output) : turn.status;
  };
  expect(await say("Hello.")).toBe("Which order is it about?");
  expect(await say("Order 7.")).toBe("Your order is on its way.");
  const { runs } = await chat.runs.list({ session: "ada" });
  expect(runs).toHaveLength(2);
});

test("served, it streams to the clients of the AI SDK", async () => {
  const server = await createServer({ flows: [Support] });
  const body = JSON.stringify({ id: "ada", messages: [message("Order 8?")] });
  const headers = { "content-type": "application/json" };
  const reply = await server.fetch(
    new Request("http://localhost/flows/Support/chat", { method: "POST", headers, body }),
  );
  const chunks = (await reply.text()).split("\n\n").filter((line) => line.includes("text-delta"));
  const text = chunks.map((line) => JSON.parse(line.slice("data: ".length)).delta).join("");
  expect(text).toBe("Your order is lost.");
  await server.close();
});
