import { defineConfig } from "vitest/config";

// The workspace runs from source: packages resolve each other through this export condition.
const source = { conditions: ["millrace-source"] };

export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  esbuild: { target: "es2022" },
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
  },
});
