import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SqlitePersistence } from "@millrace/sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../tools/processes/src/bundle.js";
import { runProcess } from "../../tools/processes/src/run-process.js";
import { readArguments } from "./arguments.js";
import { ReleaseNotes } from "./release-notes.js";
import { git, makeRepository } from "./sample-repository.js";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const steps = ReleaseNotes.plan().steps.map(({ name }) => name);

let folder: string;
let repository: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "release-notes-"));
  repository = join(folder, "repository");
  mkdirSync(repository);
  makeRepository(repository);
  await bundle([main], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the demo in a process of its own. */
const demo = (...args: readonly string[]) => runProcess([join(folder, "main.mjs"), ...args]);

/** Names of files for one test. */
function files(name: string) {
  return { database: join(folder, `${name}.db`), out: join(folder, `${name}.md`) };
}

async function resumeHere(database: string, id: string) {
  const persistence = new SqlitePersistence(database);
  try {
    const ran: string[] = [];
    const flow = new ReleaseNotes({ persistence });
    flow.events.on("step.started", ({ step }) => ran.push(step));
    return { result: await flow.resume(id), ran };
  } finally {
    await persistence.close();
  }
}

async function uninterrupted() {
  const { out } = files("uninterrupted");
  const result = await new ReleaseNotes().kickoff({ repository, out });
  return { result, notes: readFileSync(out, "utf8") };
}

describe("without a crash", () => {
  test("the notes since the last tag have every group, reworded, and a section on breaking changes", async () => {
    const { result, notes } = await uninterrupted();
    expect(result.status).toBe("completed");
    expect(result.output).toMatchObject({ entries: 9, breaking: 2, unfit: 0 });
    expect(notes).toMatch(/^# Release notes\n\n9 changes: commits since v1\.\n/);
    expect(notes.match(/^## .*$/gm)).toEqual([
      "## Breaking changes",
      "## Features",
      "## Fixes",
      "## Performance",
      "## Documentation",
      "## Other changes",
    ]);
    expect(notes).toMatch(/\*\*oven\*\*: Degrees are Celsius everywhere \(/);
    expect(notes).toMatch(/the old cleaner is not to be used \(/);
    expect(notes).toMatch(/\*\*door\*\*: It no longer opens by itself \([0-9a-f]{8}, 4 lines\)/);
    expect(notes).toMatch(/Timer, which went off too early when the clock was set back in autumn \(/);
    expect(notes).not.toMatch(/first light|wip/i);
  });

  test("a cap on the rounds leaves what is not fit as it is", async () => {
    const { out } = files("capped");
    const { output } = await new ReleaseNotes().kickoff({ repository, out, maxRounds: 1 });
    expect(output).toMatchObject({ rounds: 1, unfit: 4 });
  });

  test("a history that breaks nothing has no such section", async () => {
    const { out } = files("compatible");
    const { outputs } = await new ReleaseNotes().kickoff({ repository, out, since: "HEAD~2" });
    expect(outputs.upgrade).toBeUndefined();
    expect(readFileSync(out, "utf8")).not.toContain("Breaking");
  });

  test("a ref that is not there fails the run with what git says", async () => {
    const { out } = files("no-ref");
    const run = new ReleaseNotes().kickoff({ repository, out, since: "v9" });
    await expect(run).rejects.toMatchObject({ code: "STEP_FAILED", step: "collect", message: /v9/ });
  });
});

describe("killed", { timeout: 60_000 }, () => {
  test.each(steps)("after %s, a resumed run writes the same notes, and no finished step runs again", async (step) => {
    const { notes } = await uninterrupted();
    const { database, out } = files(`after-${step}`);
    const killed = await demo(repository, "--db", database, "--out", out, "--crash-after", step);
    expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "" });
    const id = /^run (\S+)$/m.exec(killed.stdout)![1]!;
    expect(killed.stdout).toContain(`--resume ${id} --db ${database}`);

    const { result, ran } = await resumeHere(database, id);
    expect(result.status).toBe("completed");
    expect(ran).not.toContain(step === "review" || step === "reword" ? "gather" : step);
    expect(readFileSync(out, "utf8")).toBe(notes);
  });

  test("the command itself goes on, and once more answers the stored result", async () => {
    const { notes } = await uninterrupted();
    const { database, out } = files("command");
    const killed = await demo(repository, "--db", database, "--out", out, "--crash-after", "gather");
    const id = /^run (\S+)$/m.exec(killed.stdout)![1]!;
    const resumed = await demo("--resume", id, "--db", database);
    expect(resumed).toMatchObject({ code: 0, stderr: "" });
    expect(resumed.stdout).toContain("goes on");
    expect(resumed.stdout).not.toContain("✓ gather");
    expect(readFileSync(out, "utf8")).toBe(notes);
    const again = await demo("--resume", id, "--db", database);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).not.toContain("✓");
  });
});

describe("without a history", () => {
  test.each([
    { what: "a folder without a repository", commands: [], says: "There is no history at" },
    { what: "a repository without commits", commands: [["init", "--quiet"]], says: "has no commits yet" },
  ])("$what: says so and takes the excerpt", async ({ what, commands, says }) => {
    const path = join(folder, what.replaceAll(" ", "-"));
    mkdirSync(path);
    for (const command of commands) git(path, ...command);
    const { out } = files("excerpt");
    const { state, output } = await new ReleaseNotes().kickoff({ repository: path, out });
    expect(state.remark).toContain(says);
    expect(output?.entries).toBeGreaterThan(15);
    expect(readFileSync(out, "utf8")).toContain("excerpt");
  });

  test("a shallow clone is read, and said to be one; by default the excerpt is taken", async () => {
    const path = join(folder, "shallow");
    git(folder, "clone", "--quiet", "--depth", "2", `file://${repository}`, path);
    const { out } = files("shallow");
    const read = await new ReleaseNotes().kickoff({ repository: path, out });
    expect(read.state.remark).toContain("older commits are missing");
    expect(read.output).toMatchObject({ entries: 2 });
    const byDefault = await new ReleaseNotes().kickoff({ repository: path, out, wholeHistory: true });
    expect(byDefault.state.remark).toContain("shallow");
    expect(byDefault.state.live).toBe(false);
  });
});

describe("wrong arguments", { timeout: 60_000 }, () => {
  test.each([
    { args: ["--limit", "many"], says: 'not "many"' },
    { args: ["--limit", "0"], says: 'not "0"' },
    { args: ["--frobnicate"], says: "--frobnicate" },
    { args: ["here", "there"], says: '"there" is one too many' },
  ])("$args are refused", ({ args, says }) => {
    expect(() => readArguments(args)).toThrow(says);
    expect(() => readArguments(args)).toThrow(TypeError);
  });

  test.each([
    { args: ["/nowhere/at/all"], code: 2, says: "There is no folder /nowhere/at/all" },
    { args: ["--crash-after", "bake"], code: 2, says: 'no step "bake"; its steps are: collect, classify, features' },
    { args: ["--resume", "0", "--db", "DATABASE"], code: 1, says: "RUN_NOT_FOUND" },
  ])("$args: exit code $code", async ({ args, code, says }) => {
    const { database } = files("wrong-arguments");
    const ended = await demo(...args.map((argument) => (argument === "DATABASE" ? database : argument)));
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});
