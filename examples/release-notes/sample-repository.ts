/** Makes a small git repository with a release, and commits of every kind since. For the tests. */
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

const subjects = [
  "feat: first light",
  "feat(oven): bake with steam",
  "feat(oven)!: degrees are Celsius everywhere",
  "fix(door): it no longer opens by itself.",
  "fix: WIP: timer, which went off too early when the clock was set back in autumn, and whenever the power had failed",
  "perf(oven): heat up in half the time (by preheating the upper and the lower element at the same time)",
  "docs: how to clean the glass",
  "chore: tidy up",
  "Merge what was left",
  "wip",
];

/** Makes the repository in an empty folder. */
export function makeRepository(folder: string): void {
  git(folder, "init", "--quiet");
  for (const [day, subject] of subjects.entries()) {
    appendFileSync(join(folder, "log.txt"), `${subject}\n`.repeat(day + 1));
    git(folder, "add", "log.txt");
    const body = subject.startsWith("docs") ? ["-m", "BREAKING CHANGE: the old cleaner\nis not to be used"] : [];
    const date = `2026-01-${10 + day}T12:00:00Z`;
    git(folder, "commit", "--quiet", "--date", date, "-m", subject, ...body);
    if (day === 0) git(folder, "tag", "v1");
  }
}

export function git(folder: string, ...args: readonly string[]): string {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const who = ["-c", "user.name=Baker", "-c", "user.email=baker@example.org", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", folder, ...who, ...args], { env, encoding: "utf8" });
}
