/**
 * docs/command-line.md, command by command, in a project that has the page's flows: `# prints:` must stand on standard output,
 * `# says:` on standard error, and it must end with 0 or with what `# exits with` says.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const page = readFileSync(new URL("../../../docs/command-line.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block]) => block!);
const files = blocks("ts").flatMap((block) => {
  const name = /^\/\/ (\S+\.ts)\n/.exec(block)?.[1];
  return name === undefined ? [] : [[name, block] as const];
});
const lines = blocks("sh").flatMap((block) => block.trim().split("\n"));

let project: TestProject;
beforeAll(async () => {
  project = await makeTestProject(Object.fromEntries(files));
  const bin = join(project.folder, "node_modules/.bin/millrace");
  project.write({
    "node_modules/.bin/millrace": `#!/bin/sh\nexec "${process.execPath}" "${join(project.folder, "node_modules/.built/cli/src/bin.mjs")}" "$@"\n`,
  });
  chmodSync(bin, 0o755);
});
afterAll(() => project.remove());

test("the page has flows, and commands to try on them", () => {
  expect(files.map(([name]) => name)).toEqual(["hello.ts", "desk.ts", "notes.ts"]);
  expect(lines.length).toBeGreaterThan(10);
});

test.each(lines)("%s", (line) => {
  const [command = "", promise = ""] = line.split(/ # (?=prints: |says: |exits with )/);
  const [, code = "0", stream = "", text = ""] = /^(?:exits with (\d+)(?:, )?)?(?:(prints|says): (.*))?$/.exec(
    promise,
  )!;
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|VITEST|NODE_PATH|MILLRACE_|FORCE_COLOR)/i.test(key),
  );
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: project.folder,
    encoding: "utf8",
    env: { ...Object.fromEntries(kept), PATH: `${join(project.folder, "node_modules/.bin")}:${process.env.PATH}` },
  });
  expect({ status, stderr }).toMatchObject({ status: Number(code) });
  expect(stream === "says" ? stderr : stdout).toContain(text);
});
