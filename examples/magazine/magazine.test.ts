/** The command is killed with some articles done, and goes on: those are not written again. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SqlitePersistence } from "@millrace/sqlite";
import { afterAll, expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "magazine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pages = ["Mills", "Races", "Rivers"];
for (const title of pages) {
  const sentences = Array.from({ length: 16 }, (_, n) => `${title} have a side number ${n}.`);
  writeFileSync(join(folder, `${title}.md`), `# ${title}\n\n${sentences.join(" ")}\n`);
}

function magazine(...options: string[]) {
  const node = ["--conditions=millrace-source", "--import", "tsx", join(here, "main.ts"), folder, "20"];
  const more = ["--db", join(folder, "runs.db"), "--id", "may", ...options];
  return spawnSync(process.execPath, [...node, ...more], { cwd: here, encoding: "utf8" });
}

test("killed after two articles, it writes the third", { timeout: 60_000 }, async () => {
  expect(magazine("--kill-after", "2").signal).toBe("SIGKILL");
  const persistence = new SqlitePersistence(join(folder, "runs.db"));
  const done = (await persistence.list({ parent: "may", status: "completed" })).runs.length;
  expect(done).toBeGreaterThanOrEqual(2);
  const { status, stdout, stderr } = magazine();
  expect(stderr.split("\n").filter(Boolean).length).toBe(pages.length - done);
  expect(status).toBe(0);
  expect(stdout.match(/^[A-Z]+$/gm)).toEqual(["MILLS", "RACES", "RIVERS"]);
  expect(stdout).toContain("Mills have a side number 1.");
  expect(stdout).not.toContain("number 4.");
  expect((await persistence.list({ parent: "may" })).runs.map(({ status }) => status)).toEqual(
    Array(pages.length).fill("completed"),
  );
  await persistence.close();
});
