import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const reportFile = process.env.MILLRACE_TEST_REPORT;

// Apart from the suite: it needs a build, and a package registry to install from.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["src/**/*.check.ts"],
    reporters: reportFile ? ["default", ["json", { outputFile: reportFile }]] : ["default"],
    // A registry may be slow, and the machine busy.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Files use folders of their own, and wait for the registry as often as they compute: by default one core would do all of them.
    maxWorkers: Math.max(3, availableParallelism()),
    // One tarball of each package and one install serve all files.
    globalSetup: "src/pack-and-install.ts",
  },
});
