/**
 * A chat project, fresh from `create-millrace`: its tests, a conversation in the terminal, and its server, with a document beside. The
 * server answers, drains when it is told to stop, and what was killed goes on in the next one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { createdProject, plainEnvironment } from "./created-project.js";
import { run } from "./run.js";

const greet = `
flows:
  - id: greet
    inputs: { name: text }
    steps: [{ id: hello, type: template, template: "Hello, {{ input.name }}" }]
    outputs: { text: "{{ hello }}" }
`;

const slow = `
import { existsSync } from "node:fs";
import { Flow, listen, start } from "millrace";
export class Slow extends Flow {
  static flowName = "Slow";
  @start() first() { return 1; }
  @listen("first") async second(one: number) {
    while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
    return one + 1;
  }
}
`;

let home: string;
let server: ChildProcess | undefined;
beforeAll(() => {
  home = createdProject("my-chat", { within: "created-chat", flags: ["--template", "chat"] });
  writeFileSync(join(home, "src/greet.yaml"), greet);
  writeFileSync(join(home, "src/slow.ts"), slow);
});
afterEach(() => {
  server?.kill("SIGKILL");
});

const millrace = (...args: readonly string[]) =>
  run(home, process.execPath, join(home, "node_modules/@millrace/cli/dist/bin.js"), ...args);

test("its tests pass, and its types hold", () => {
  expect(run(home, "npm", "test")).toContain("2 passed");
  run(home, "npm", "run", "typecheck");
});

test("one talks with it in the terminal", () => {
  expect(millrace("chat", "Support", "--session", "ada", "-m", "Where is order 7?")).toBe(
    "Your order is on its way.\n",
  );
});

test("a flow, a document and a chat are served; SIGTERM ends the server, and what was under way goes on in the next", async () => {
  const first = await serve();
  expect(await post(`${first.url}/flows/greet?wait=20`, { name: "Ada" })).toContain("Hello, Ada");
  const message = { id: "1", role: "user", parts: [{ type: "text", text: "Order 8?" }] };
  expect(await post(`${first.url}/flows/Support/chat`, { id: "ada", messages: [message] })).toContain("lost.");
  const { id } = JSON.parse(await post(`${first.url}/flows/Slow`)) as { id: string };
  expect(await post(`${first.url}/flows/Slow?wait=1`)).toContain('"running"');
  await first.end("SIGTERM", 0);
  const second = await serve();
  await second.end("SIGKILL", null);
  writeFileSync(join(home, "go"), "");
  const third = await serve();
  const events = await fetch(`${third.url}/runs/${id}/events`, { headers: { accept: "text/event-stream" } });
  expect((await events.text()).match(/"type":"run.completed"/g)).toHaveLength(1);
  expect(await (await fetch(`${third.url}/runs/${id}`)).json()).toMatchObject({ status: "completed", output: 2 });
  await third.end("SIGTERM", 0);
  rmSync(join(home, "go"));
});

test("while one works on it, a change is served by the next request or so", async () => {
  const dev = await serve("dev");
  expect(await post(`${dev.url}/flows/greet?wait=20`, { name: "Ada" })).toContain("Hello, Ada");
  writeFileSync(join(home, "src/greet.yaml"), greet.replace("Hello", "Welcome"));
  const answer = () => post(`${dev.url}/flows/greet?wait=20`, { name: "Ada" }).catch(() => "");
  await vi.waitFor(async () => expect(await answer()).toContain("Welcome, Ada"), { timeout: 60_000, interval: 200 });
  await dev.end("SIGTERM", 0);
});

async function post(url: string, body: object = {}): Promise<string> {
  const headers = { "content-type": "application/json" };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).text();
}

async function serve(command = "serve") {
  const bin = join(home, "node_modules/@millrace/cli/dist/bin.js");
  const child = spawn(process.execPath, [bin, command, "src", "--port", "0"], {
    cwd: home,
    env: plainEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  server = child;
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    url,
    end: async (signal: NodeJS.Signals, code: number | null) => {
      const ended = once(child, "exit");
      child.kill(signal);
      expect((await ended)[0]).toBe(code);
    },
  };
}
