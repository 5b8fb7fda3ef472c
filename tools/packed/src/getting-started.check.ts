/**
 * docs/getting-started.md, command by command: a project is made by the packed `create-millrace`, the packed packages are installed
 * into it, and each line of the page's shell blocks is run. `# prints: …` must be printed, `# killed` must be what happens.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createdProject, plainEnvironment } from "./created-project.js";
import { workspace } from "./public-packages.js";

const page = readFileSync(join(workspace, "docs/getting-started.md"), "utf8");
const lines = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) => block!.trim().split("\n"));
/** The first ones make the project, which is done here with what was packed. */
const [create, enter, ...commands] = lines;

describe.each([
  ["standard", []],
  ["legacy", ["--legacy-decorators"]],
] as const)("a new project with %s decorators", (dialect, flags) => {
  let home: string;
  beforeAll(() => {
    home = createdProject("my-flows", { within: `created-${dialect}`, flags });
  });

  test("the page begins by making it", () => {
    expect([create, enter]).toEqual(["npm create millrace@latest my-flows -- --yes", "cd my-flows"]);
  });

  test.each(commands)("%s", (line) => {
    const [command = "", said = ""] = line.split(/ # (?=prints: |killed)/);
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
      cwd: home,
      encoding: "utf8",
      env: plainEnvironment(),
    });
    // a shell tells a process that was killed by 128 + 9
    expect({ status, stderr }).toMatchObject({ status: said === "killed" ? 137 : 0 });
    if (said.startsWith("prints: ")) expect(stdout).toContain(said.slice("prints: ".length));
  });
});
