/**
 * The library that places steps and edges. It is loaded when the first picture is drawn: who only runs flows never reads it.
 * The build puts a copy beside the bundle, so that the package depends on nothing more.
 */
import { createRequire } from "node:module";
import type * as Dagre from "@dagrejs/dagre";

const require = createRequire(import.meta.url);

export function loadDagre(): typeof Dagre {
  return require(import.meta.url.endsWith(".ts") ? "@dagrejs/dagre" : "./dagre.cjs") as typeof Dagre;
}
