/**
 * The library that places steps and edges. It is loaded when the first picture is drawn: who only runs flows never reads it.
 * This file serves the sources alone, which know it as `#load-dagre`. The build puts the library itself in its place, as a
 * module that holds it unread until it is asked for: one that bundlers follow, and that asks nothing of where it lies.
 */
import { createRequire } from "node:module";
import type * as Dagre from "@dagrejs/dagre";

export function loadDagre(): typeof Dagre {
  return createRequire(import.meta.url)("@dagrejs/dagre") as typeof Dagre;
}
