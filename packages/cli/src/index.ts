// What a project's config is written with; the command itself is the bin.
export { defineConfig, type MillraceConfig } from "./project/define-config.js";
