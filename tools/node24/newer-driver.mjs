/**
 * Preloaded into every process of the suite's run on a second Node (`node --import`). The workspace's better-sqlite3 is
 * built for the Node that installed it; whoever asks for it here gets the release that runs on this one.
 */
import { registerHooks } from "node:module";

const built = /\/\.pnpm\/better-sqlite3@12[^/]*\/node_modules\/better-sqlite3\/lib\/index\.js$/;
const newer = import.meta.resolve("better-sqlite3");

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return built.test(resolved.url) ? { ...resolved, url: newer } : resolved;
  },
});
