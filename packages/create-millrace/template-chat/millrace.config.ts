import { defineConfig } from "@millrace/cli";

export default defineConfig({
  flows: ["src/support.ts"],
});
