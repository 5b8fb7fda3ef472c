import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const reportFile = process.env.MILLRACE_TEST_REPORT;

// Apart from the suite: it needs a build, and a package registry to install from.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["src/**/*.check.ts"],
    reporters: reportFile ? ["default", ["json", { outputFile: reportFile }]] : ["default"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // One tarball of each package and one install serve all files.
    globalSetup: "src/pack-and-install.ts",
  },
});
