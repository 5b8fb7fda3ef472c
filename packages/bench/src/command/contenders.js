/** Who takes part. The floors and Millrace always do; a peer's name, its packages and why it may be left out stand here. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
export const peersFolder = join(packageFolder, "peers");

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} title
 * @property {string} folder
 * @property {boolean} isPeer
 * @property {readonly string[]} packages whose versions are reported
 * @property {readonly string[]} [slow] workloads too long for a quick run
 * @property {string} [leftOut] why it does not take part
 */

/** @type {(name: string, rest: { title: string, packages: string[], slow: string[] }) => Contender} */
const peer = (name, rest) => ({ name, folder: join(peersFolder, name), isPeer: true, ...rest });

/** @returns {Contender[]} */
export function allContenders() {
  return [
    {
      name: "floor",
      title: "floor",
      folder: join(packageFolder, "src/floors"),
      isPeer: false,
      packages: ["better-sqlite3", "immer", "ai"],
    },
    {
      name: "millrace",
      title: "Millrace",
      folder: join(packageFolder, "src/millrace"),
      isPeer: false,
      packages: ["millrace", "@millrace/sqlite", "@millrace/ai", "zod"],
    },
    peer("xstate", { title: "XState", packages: ["xstate"], slow: [] }),
    peer("llamaindex", { title: "LlamaIndex workflows", packages: ["@llamaindex/workflow-core"], slow: [] }),
    peer("langgraph", {
      title: "LangGraph.js",
      packages: ["@langchain/langgraph", "@langchain/core", "@langchain/langgraph-checkpoint-sqlite"],
      slow: ["W6"],
    }),
    peer("mastra", { title: "Mastra", packages: ["@mastra/core", "@mastra/libsql"], slow: ["W6"] }),
    peer("dbos", { title: "DBOS", packages: ["@dbos-inc/dbos-sdk"], slow: ["W3", "W6"] }),
  ];
}

/** The version as installed for a contender, from its folder upwards; undefined when it is not installed. */
export function installedVersion({ folder, name }, packageName) {
  const from = name === "floor" || name === "millrace" ? packageFolder : folder;
  const manifest = join(from, "node_modules", packageName, "package.json");
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : undefined;
}
