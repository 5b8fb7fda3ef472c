import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runProcess } from "../../../tools/processes/src/run-process.js";
import { hasTerminals, terminalSession } from "../../cli/test/terminal-session.js";

// each test starts several processes
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "create-bin-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const create = (...args: readonly string[]) =>
  runProcess(["--conditions=millrace-source", "--import", tsx, bin, ...args], {
    cwd,
    env: { npm_config_user_agent: "pnpm/10.0.0 npm/? node/v20.0.0 linux x64" },
  });

test("without a terminal nothing is asked, and what comes next is told", async () => {
  const { code, stdout, stderr } = await create("my-app", "--no-install", "--legacy-decorators");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("cd my-app\n  pnpm install\n  pnpm start");
  expect(readFileSync(join(cwd, "my-app/tsconfig.json"), "utf8")).toContain("experimentalDecorators");
  expect((await create("my apps", "--no-install")).stderr).toContain('cd "my apps"\n');
  const again = await create("my-app", "--no-install");
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("error CREATE_FOLDER_INVALID");
  expect(again.stderr).not.toContain("    at ");
});

test("flags that are not known are refused, help and version told", async () => {
  const wrong = await create("--legacy");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("'--legacy'");
  expect((await create("a", "b")).code).toBe(2);
  expect((await create("--template", "shop")).stderr).toContain('no template "shop": there are flows and chat');
  expect((await create("--help")).stdout).toContain("--no-install");
  expect((await create("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(existsSync(join(cwd, "my-flows"))).toBe(false);
});

test.skipIf(!hasTerminals).each([
  ["Ctrl+C", "\u0003"],
  ["Ctrl+D", "\u0004"],
])("%s at a question: nothing is made", async (_name, key) => {
  const command = [process.execPath, "--conditions=millrace-source", "--import", tsx, bin];
  const at = terminalSession(command, { cwd });
  await at.untilSeen(/Where\?/);
  at.type(key);
  const { code, lines, written } = await at.ended;
  expect(code).toBe(130);
  expect(lines.join("\n")).toContain("Nothing was made.");
  expect(written.lastIndexOf("\u001B[?25h")).toBeGreaterThan(written.lastIndexOf("\u001B[?25l"));
  expect(readdirSync(cwd)).toEqual([]);
});
