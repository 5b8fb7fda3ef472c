import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = { conditions: ["millrace-source"] };
const reportFile = process.env.MILLRACE_TEST_REPORT;

// Apart from the suite: it needs a Chromium.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: source,
  ssr: { resolve: source },
  esbuild: { target: "es2022" },
  test: {
    include: ["src/**/*.check.ts"],
    reporters: reportFile ? ["default", ["json", { outputFile: reportFile }]] : ["default"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One file after another: they share the machine's cores with the browser.
    fileParallelism: false,
  },
});
