import { readFileSync } from "node:fs";

/** Of this package; its manifest stands above both the sources and what is built of them. */
export const version = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string }
).version;
