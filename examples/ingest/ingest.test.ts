/** Whole, and killed with some chapters loaded: those are not loaded again. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { ingest } from "./ingest.js";

const folder = mkdtempSync(join(tmpdir(), "ingest-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(folder, "book.md");
writeFileSync(path, "# Mills\n\none two three\n\n## Races\n\nfour five\n\n## Rivers\n\nsix\n");
const titlesOn = (shelf: string) =>
  readFileSync(shelf, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { title: string }).title);

test("a file is read, its chapters loaded one after the other, and somebody told", async () => {
  const shelf = join(folder, "whole.jsonl");
  const result = await ingest.compile().complete({ path, shelf });
  expect(result.output).toEqual({ said: "book.md: 6 words", chapters: 3 });
  expect(titlesOn(shelf)).toEqual(["Mills", "Races", "Rivers"]);
});

test("an empty file is told to nobody", async () => {
  const empty = join(folder, "empty.md");
  writeFileSync(empty, "");
  const result = await ingest.compile().complete({ path: empty, shelf: join(folder, "none.jsonl") });
  expect(result.output).toEqual({ said: undefined, chapters: 0 });
});

test("killed after two chapters, it loads the third", { timeout: 60_000 }, () => {
  const shelf = join(folder, "killed.jsonl");
  const main = fileURLToPath(new URL("ingest.ts", import.meta.url));
  const run = (...more: string[]) =>
    spawnSync(
      process.execPath,
      ["--conditions=millrace-source", "--import", "tsx", main, path, "--shelf", shelf, "--id", "may", ...more],
      { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8" },
    );
  expect(run("--kill-after", "2", "--db", join(folder, "runs.db")).signal).toBe("SIGKILL");
  const { status, stdout } = run("--db", join(folder, "runs.db"));
  expect(status).toBe(0);
  expect(stdout).toContain("book.md: 6 words");
  expect(titlesOn(shelf)).toEqual(["Mills", "Races", "Rivers"]);
});
