/** The scripts of `millrace completion`, in the shells that they are for: what Tab offers there. Shells that are not here are skipped. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestProject, type TestProject } from "./spawn-cli.js";
import { hasTerminals, terminalSession } from "./terminal-session.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const has = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

let project: TestProject;
let env: Record<string, string>;
beforeAll(async () => {
  project = await makeTestProject({
    "one flow.ts": `import { Flow, start } from "millrace"; export class Hello extends Flow { @start() go() { return 1; } }`,
  });
  const bin = join(project.folder, "bin");
  mkdirSync(bin);
  const command = join(project.folder, "node_modules/.built/cli/src/bin.mjs");
  project.write({ "bin/millrace": `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n` });
  chmodSync(join(bin, "millrace"), 0o755);
  env = { PATH: `${bin}:${process.env.PATH}`, HOME: project.folder, ZDOTDIR: project.folder };
  await project.run(["run", "one flow.ts", "--id", "run-a1", "-q"]);
  for (const shell of ["bash", "zsh", "fish"]) {
    project.write({ [`millrace.${shell}`]: (await project.run(["completion", shell])).stdout });
  }
});
afterAll(() => project.remove());

const inShell = (shell: string, ...args: string[]) =>
  execFileSync(shell, args, { cwd: project.folder, env: { ...process.env, ...env }, encoding: "utf8" });

test.runIf(has("fish"))("fish", () => {
  const offered = (line: string) =>
    inShell("fish", "--private", "-c", `source millrace.fish; complete -C "${line}"`)
      .trim()
      .split("\n")
      .map((text) => text.split("\t")[0]);
  expect(offered("millrace re")).toEqual(expect.arrayContaining(["resume", "recover"]));
  expect(offered("millrace runs l")).toEqual(["list"]);
  expect(offered("millrace run --inp")).toEqual(["--input", "--inputs"]);
  expect(offered("millrace resume run")).toEqual(["run-a1"]);
  expect(offered("millrace plot --format s")).toEqual(["svg"]);
});

const interactive = [
  { shell: "bash", command: ["bash", "--norc", "--noprofile", "-i"], setUp: "source millrace.bash" },
  { shell: "zsh", command: ["zsh", "-f", "-i"], setUp: "autoload -U compinit; compinit -u -D; source millrace.zsh" },
].filter(({ shell }) => hasTerminals && has(shell));

test.each(interactive)("$shell: what Tab completes is run", async ({ command, setUp }) => {
  const at = terminalSession(command, { cwd: project.folder, columns: 200, env: { ...env, PS1: "> " } });
  // twice, as when a file that is read at the start is read again
  at.type(`${setUp}; ${setUp}; echo rea''dy\n`);
  await at.untilSeen(/ready/);
  for (const [typed, rest, seen] of [
    ["millrace runs li", "", /run-a1 +Hello +completed/],
    ["millrace doc", "--help", /find out what is wrong|Looks at Node/],
    ["millrace plot --format js", "'one flow.ts' | wc -c", /^\s*\d{3,}\s*$/m],
    ["millrace runs show run-a", "", /status\tcompleted|status {2,}completed/],
  ] as const) {
    at.type(`${typed}\t ${rest}\n`);
    await at.untilSeen(seen);
  }
  at.type("exit\n");
  const { written } = await at.ended;
  expect(written).not.toMatch(/command not found|readonly variable/);
});

test.runIf(has("bash"))("bash: words with = and : stay whole, nothing that is typed is evaluated", () => {
  const replies = (...words: string[]) =>
    inShell(
      "bash",
      "--norc",
      "-c",
      `source millrace.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`,
      "bash",
      ...words,
    )
      .trim()
      .split("\n");
  expect(replies("millrace", "resume", "x", "--flow", "=", "He")).toEqual(["Hello"]);
  expect(replies("millrace", "runs", "show", "run")).toEqual(["run-a1"]);
  replies("millrace", "resume", "$(touch evaluated)", "");
  expect(existsSync(join(project.folder, "evaluated"))).toBe(false);
});
