/** The real command as a server: asked over HTTP, told to stop, killed, and started again by changes of files. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type Running, type TestProject } from "./spawn-cli.js";
import { hasTerminals, terminalSession } from "./terminal-session.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const hello = (greeting: string) => `
import { Flow, listen, signal, start } from "millrace";
import { z } from "zod";
export class Hello extends Flow<typeof Hello> {
  static state = z.object({ name: z.string() });
  @start() greet() { return "${greeting}, " + this.state.name; }
}
export class Desk extends Flow {
  @start() open() { return "open"; }
  @listen(signal("close")) close() { return "${greeting} and closed"; }
}
`;

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject({
    "flows/hello.ts": hello("Hello"),
    "millrace.config.json": '{ "flows": ["flows/*.ts"] }',
  });
});
afterAll(() => project.remove());

async function post(url: string, path: string, ...[body, headers = {}]: [unknown, Record<string, string>?]) {
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  };
  const response = await fetch(`${url}${path}`, init);
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> };
}

/** Where a server says that it listens. */
function addressOf(running: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const look = (chunk: unknown) => {
      said += String(chunk);
      const url = /https?:\/\/[\d.]+:\d+/.exec(said)?.[0];
      if (url) resolve(url);
    };
    running.process.stdout!.on("data", look);
    running.process.stderr!.on("data", look);
    running.process.on("close", () => reject(new Error(`It ended:\n${said}`)));
  });
}

test("serves the config's flows, stops at SIGTERM with 0, and the next server goes on with what waits", async () => {
  const first = project.start(["serve", "--port", "0"]);
  const url = await addressOf(first);
  expect((await post(url, "/flows/Hello?wait=20", { name: "Ada" })).body.output).toBe("Hello, Ada");
  const desk = (await post(url, "/flows/Desk?wait=20", {})).body;
  expect(desk.status).toBe("waiting");
  first.process.kill("SIGTERM");
  const { code, stdout } = await first.ended;
  expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: url });
  // what links are signed with is there from the first server on
  expect(statSync(join(project.folder, ".millrace/millrace.secret")).mode & 0o777).toBe(0o600);
  const second = project.start(["serve", "--port", "0", "--json"]);
  const other = await addressOf(second);
  const closed = await post(other, `/runs/${desk.id}/signals/close?wait=20`, null);
  expect(closed.body.output).toBe("Hello and closed");
  second.process.kill("SIGINT");
  const ended = await second.ended;
  expect([ended.code, JSON.parse(ended.stdout).flows.length]).toEqual([0, 2]);
});

test("keys come from the environment; another address needs some", async () => {
  const env = { MILLRACE_KEYS: "a-key-of-enough-characters", MILLRACE_PORT: "0" };
  const running = project.start(["serve"], { env });
  const url = await addressOf(running);
  expect((await post(url, "/flows/Hello", { name: "x" })).status).toBe(401);
  const authorization = `Bearer ${env.MILLRACE_KEYS}`;
  expect((await post(url, "/flows/Hello?wait=20", { name: "x" }, { authorization })).status).toBe(200);
  running.process.kill("SIGTERM");
  await running.ended;
  const refused = await project.run(["serve", "--host", "0.0.0.0", "--port", "0"]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("SERVER_ADDRESS_REFUSED")]);
});

test.each([
  [["serve", "--port", "http"], 2, "is no port"],
  [["serve", "nowhere.ts"], 4, "There is no file"],
  [["serve", "package.json"], 2, "DOCUMENT"],
  [["serve", "broken.ts"], 2, "broken.ts can't be loaded"],
  [["dev", "--port", "70000"], 2, "is no port"],
] as const)("%j ends with %i", async (args, code, says) => {
  project.write({ "broken.ts": "export class {" });
  const ended = await project.run(args);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(says)]);
  expect(ended.stderr).not.toContain("    at ");
});

test("schedules of the config are put, and listed", async () => {
  const schedules = [{ id: "yearly", flow: "Hello", inputs: { name: "year" }, cron: "0 0 1 1 *" }];
  project.write({ "scheduled.json": JSON.stringify({ flows: ["flows/*.ts"], database: "s.db", schedules }) });
  const running = project.start(["serve", "--port", "0", "--config", "scheduled.json"]);
  const url = await addressOf(running);
  const run = await post(url, "/schedules/yearly/run", null);
  expect([run.status, run.body.flow]).toEqual([202, "Hello"]);
  running.process.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
  const { stdout } = await project.run(["schedules", "--config", "scheduled.json"]);
  expect(stdout).toMatch(/^yearly\tHello\t0 0 1 1 \*\tUTC\t\d{4}-01-01T00:00:00Z\t\t\tconfig\n$/);
  project.write({
    "scheduled.json": JSON.stringify({ flows: ["flows/*.ts"], schedules: [{ ...schedules[0], flow: "Hallo" }] }),
  });
  const refused = await project.run(["serve", "--port", "0", "--config", "scheduled.json"]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('Did you mean "Hello"?')]);
});

test("doctor tells whether a server would start", async () => {
  const examined = async (config: object) => {
    project.write({ "examined.json": JSON.stringify({ flows: ["flows/*.ts"], database: "e.db", ...config }) });
    const { stdout } = await project.run(["doctor", "--json", "--config", "examined.json"]);
    const { findings } = JSON.parse(stdout) as { findings: { about: string; status: string; message: string }[] };
    return findings.filter(({ about }) => about === "server").map(({ status, message }) => `${status} ${message}`);
  };
  const schedules = [{ id: "often", flow: "Hello", inputs: { name: "x" }, cron: "* * * * * *" }];
  expect(await examined({})).toEqual([]);
  expect(await examined({ server: { port: 8080 }, schedules })).toEqual(["ok 8080 on 127.0.0.1, 1 scheduled"]);
  expect(await examined({ server: { hostname: "0.0.0.0" } })).toEqual([expect.stringMatching(/^fail .*everything/)]);
  expect(await examined({ schedules: [{ ...schedules[0], inputs: {} }] })).toEqual([
    expect.stringMatching(/^fail .*inputs\.name/),
  ]);
});

test("a port that is taken is told, with the way out", async () => {
  const running = project.start(["serve", "--port", "0"]);
  const { port } = new URL(await addressOf(running));
  const { code, stderr } = await project.run(["serve", "--port", port]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/SERVER_LISTEN_FAILED[\s\S]*--port/)]);
  running.process.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
});

test("dev starts again on the same port when a file changes, waits for the mend of a broken one, and runs go on", async () => {
  const running = project.start(["dev", "--port", "0"]);
  const url = await addressOf(running);
  const desk = (await post(url, "/flows/Desk?wait=20", {})).body;
  const answers = async (text: string) =>
    vi.waitFor(
      async () => expect((await post(url, "/flows/Hello?wait=20", { name: "Ada" })).body.output).toBe(`${text}, Ada`),
      { timeout: 90_000, interval: 200 },
    );
  await answers("Hello");
  project.write({ "flows/hello.ts": hello("Salve") });
  await answers("Salve");
  project.write({ "flows/hello.ts": "export class {" });
  await running.untilSaid(/hello\.ts can't be loaded[\s\S]*A change starts it again/);
  project.write({ "flows/hello.ts": hello("Ciao") });
  await answers("Ciao");
  expect((await post(url, `/runs/${desk.id}/signals/close?wait=20`, null)).body.output).toBe("Ciao and closed");
  running.process.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
});

test.skipIf(!hasTerminals)("Ctrl+C at dev: what runs may finish, and the next server goes on", async () => {
  project.write({
    "flows/held.ts": `import { existsSync } from "node:fs";
import { Flow, listen, start } from "millrace";
export class Held extends Flow {
  @start() async one() { while (!existsSync("go")) await new Promise((done) => setTimeout(done, 20)); return 1; }
  @listen("one") two(n: number) { return n + 1; }
}
`,
  });
  const bin = join(project.folder, "node_modules/.built/cli/src/bin.mjs");
  const at = terminalSession([process.execPath, bin, "dev", "--port", "0"], { cwd: project.folder, columns: 200 });
  await at.untilSeen(/GET +http\S+\/runs/);
  const url = /http:\/\/[\d.]+:\d+/.exec(at.written)![0];
  const { id = "" } = (await post(url, "/flows/Held", {})).body;
  const events = async () => (await project.run(["runs", "events", id])).stdout;
  at.type("\u0003");
  await at.untilSeen(/running steps may finish/);
  project.write({ go: "" });
  expect((await at.ended).code).toBe(0);
  expect(await events()).toContain("completed\tone#1");
  expect(JSON.parse((await project.run(["resume", id, "--json"])).stdout)).toMatchObject({ output: 2 });
});

test("a run that fails is told in the terminal: which one, what, the way out, and where in the project", async () => {
  const broken = await makeTestProject({
    "flows/broken.ts": `import { Flow, start } from "millrace";
export class Broken extends Flow {
  @start() charge() {
    throw new Error("no money");
  }
}
`,
  });
  const running = broken.start(["serve", "flows/broken.ts", "--port", "0"]);
  const url = await addressOf(running);
  const { run } = (await post(url, "/flows/Broken?wait=20", {})).body;
  running.process.kill("SIGTERM");
  const { stderr } = await running.ended;
  const told = stderr.slice(stderr.indexOf("error "));
  expect(told.split("\n").slice(0, 4)).toEqual([
    `error a run of "Broken" has failed, run ${run}, step charge`,
    '  STEP_FAILED Step "charge" failed: no money',
    expect.stringMatching(/^ {2}→ /),
    expect.stringMatching(/^ {2}at \w*Broken\.charge \(flows\/broken\.ts:4:11\)$/),
  ]);
  await broken.remove();
});
