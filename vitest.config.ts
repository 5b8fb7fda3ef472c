import { mkdtempSync, rmSync } from "node:fs";
import module from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// The workspace runs from source: packages resolve each other through this export condition.
const source = { conditions: ["millrace-source"] };

// `verify` reads how many tests ran from a report; on its own the suite writes none.
const reportFile = process.env.MILLRACE_TEST_REPORT;

// The suite speaks to no server, and Node would read these certificates at the start of each of its many processes.
delete process.env.NODE_EXTRA_CA_CERTS;

// Where Node can keep what it has compiled, processes that read the same file compile it once.
if ("enableCompileCache" in module && process.env.NODE_COMPILE_CACHE === undefined) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-compiled-"));
  process.env.NODE_COMPILE_CACHE = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}

/** What takes longest: programs that are killed over and over, the command, much that is tried at random, and servers. */
const longest = ["/test/crash/", "/cli/test/", ".prop.test.", "/server/test/"];
const rankOf = ({ moduleId }: TestSpecification) => {
  const rank = longest.findIndex((part) => moduleId.includes(part));
  return rank === -1 ? longest.length : rank;
};

/** What takes longest comes first: else one core would wait for the other at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}

/** What must hold with each major of the package "ai" runs again with those that the workspace itself does not use. */
const otherMajors = [5, 7].map((major) => ({
  extends: true as const,
  resolve: {
    alias: [
      { find: /^ai(\/test)?$/, replacement: `ai${major}$1` },
      { find: /^@ai-sdk\/openai-compatible$/, replacement: `openai-compatible${major}` },
    ],
  },
  test: {
    name: `ai-${major}`,
    include: ["packages/ai/{src,test}/**/*.majors.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
  },
}));

export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  esbuild: { target: "es2022" },
  test: {
    reporters: reportFile ? ["default", ["json", { outputFile: reportFile }]] : ["default"],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // What is waited for comes when the machine gets to it; by default it would have one second.
    expect: { poll: { timeout: 30_000 } },
    // All cores: what starts them waits for them. By default one would stay idle.
    maxWorkers: availableParallelism(),
    // Files share their worker's modules, which are then read once, not once a file. Code under test keeps no state in
    // modules, and a test that sets fake timers or a folder puts them back.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "workspace",
          include: ["packages/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**", "**/legacy/**", "**/fixtures/**"],
        },
      },
      {
        // What must hold in both decorator dialects runs a second time in the legacy one.
        extends: true,
        esbuild: { target: "es2022", tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } },
        test: {
          name: "legacy-decorators",
          include: ["packages/*/{src,test}/**/*.dialects.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**"],
        },
      },
      ...otherMajors,
    ],
  },
});
