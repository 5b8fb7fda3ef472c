/** Documents that ask language models: run as any other, because the package is installed. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ModelServer, newestText, startModelServer } from "../../../tools/model-server/src/index.js";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let project: TestProject;
let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer((request) => ({ text: `You said: ${newestText(request)}` }));
  project = await makeTestProject({
    "chat.yaml": `
connections: { local: { type: model-api, baseURL: "${server.url}" } }
models: { fast: { provider: local, model: tiny, connection: local } }
memories: { talk: { window: { messages: 20 } } }
flows:
  - id: chat
    inputs: { message: text }
    steps:
      - { id: answer, type: llm, model: fast, memory: talk, message: "{{ input.message }}" }
`,
  });
  const modules = join(project.folder, "node_modules/@ai-sdk");
  mkdirSync(modules);
  const found = fileURLToPath(new URL("../node_modules/@ai-sdk/openai-compatible", import.meta.url));
  symlinkSync(found, join(modules, "openai-compatible"));
});
afterAll(async () => {
  project.remove();
  await server.close();
});

test("a chat is run by its file", async () => {
  const { stdout, stderr } = await project.run(["run", "chat.yaml", "-i", "message=hi", "--json"]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, status: "completed", output: "You said: hi" });
});

test("what is wrong with it is told, by line and column; editors complete it", async () => {
  project.write({ "bad.yaml": "flows: [{ id: a, steps: [{ id: s, type: llm, model: opnai/x, prompt: hi }] }]\n" });
  const { stdout } = await project.run(["validate", "bad.yaml"]);
  expect(stdout).toMatch(/1:\d+.*Nobody here serves models of "opnai"; is "openai" meant/s);
  expect((await project.run(["schema"])).stdout).toContain('"agent"');
});
