import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// The workspace runs from source: packages resolve each other through this export condition.
const source = { conditions: ["millrace-source"] };

// `verify` reads how many tests ran from a report; on its own the suite writes none.
const reportFile = process.env.MILLRACE_TEST_REPORT;

// The suite speaks to no server, and Node would read these certificates at the start of each of its many processes.
delete process.env.NODE_EXTRA_CA_CERTS;

/** What kills and starts processes takes longest and comes first: else one core would wait for the other at the end. */
class CrashesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const crashes = sorted.filter(({ moduleId }) => moduleId.includes("/test/crash/"));
    return [...crashes, ...sorted.filter((file) => !crashes.includes(file))];
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
    sequence: { sequencer: CrashesFirst },
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
