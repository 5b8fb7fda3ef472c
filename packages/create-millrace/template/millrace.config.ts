import { defineConfig } from "@millrace/cli";

export default defineConfig({
  flows: ["src/review.ts"],
  documents: ["src/greet.yaml"],
});
