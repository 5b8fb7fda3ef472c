/**
 * The library that places steps and edges. It is loaded when the first picture is drawn: who only runs flows never reads it.
 * The build puts a copy beside the bundle, so that the package depends on nothing more.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as Dagre from "@dagrejs/dagre";

const require = createRequire(import.meta.url);
/** Made by the build. */
const copy = "dagre.cjs";

export function loadDagre(): typeof Dagre {
  return require(placeOf()) as typeof Dagre;
}

function placeOf(): string {
  if (import.meta.url.endsWith(".ts")) return "@dagrejs/dagre";
  try {
    return require.resolve(`./${copy}`);
  } catch {
    // This module was made part of another bundle: the copy lies in the package as it is installed.
    return join(dirname(require.resolve("millrace/package.json")), "dist", copy);
  }
}
