import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runProcess } from "../../../tools/processes/src/run-process.js";

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
}, 60_000);

test("flags that are not known are refused, help and version told", async () => {
  const wrong = await create("--legacy");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("'--legacy'");
  expect((await create("a", "b")).code).toBe(2);
  expect((await create("--help")).stdout).toContain("--no-install");
  expect((await create("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(existsSync(join(cwd, "my-flows"))).toBe(false);
}, 60_000);
