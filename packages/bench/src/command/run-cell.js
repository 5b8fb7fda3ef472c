/** Starts a process for one cell and reads its result. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure/median.js";
import { packageFolder } from "./contenders.js";

const entry = fileURLToPath(new URL("../measure/entry.js", import.meta.url));
export const dataFolder = join(packageFolder, ".scratch/data");
const coldFiles = { "W8:start": "cold.js", "W8:start with a database": "cold-database.js" };
/** Starts are short and noisy: the median of so many counts as one. */
const coldStarts = 3;
/** What is done once, before all rounds, may take longer: ms. */
const preparing = 600_000;

const environment = {
  ...process.env,
  MILLRACE_BENCH_DATA: dataFolder,
  NODE_ENV: "production",
  NODE_NO_WARNINGS: "1",
  DO_NOT_TRACK: "1",
  MASTRA_TELEMETRY_DISABLED: "1",
  LANGSMITH_TRACING: "false",
  LANGCHAIN_TRACING_V2: "false",
};

function node(args, { timeout, quick = false, large = false }) {
  const env = {
    ...environment,
    ...(quick && { MILLRACE_BENCH_QUICK: "1" }),
    ...(large && { MILLRACE_BENCH_LARGE: "1" }),
  };
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { env, timeout, encoding: "utf8" });
  if (error?.name === "Error" && /ETIMEDOUT/.test(error.message)) throw new Error(`no result in ${timeout / 1000} s`);
  if (status !== 0) throw new Error(firstLines(stderr) || `exit code ${status}`);
  return stdout;
}

const firstLines = (text) => text.trim().split("\n").slice(0, 2).join(" ").slice(0, 300);

function readResult(stdout) {
  const line = stdout.split("\n").findLast((candidate) => candidate.startsWith("RESULT "));
  if (line === undefined) throw new Error(`no result: ${firstLines(stdout)}`);
  return JSON.parse(line.slice("RESULT ".length));
}

/** @typedef {{ contender: import("./contenders.js").Contender, key: string, prepared?: string }} Cell */
/** @typedef {{ quick: boolean, large: boolean, timeout: number }} CellOptions ms */

/**
 * All cells of a contender, in order; what a cell needs beforehand is done when it first runs.
 * @param {import("./contenders.js").Contender} contender @param {CellOptions} options @returns {Cell[]}
 */
export function listCells(contender, options) {
  const stdout = node([entry, join(contender.folder, "contender.js"), "--list"], options);
  const measured = readResult(stdout).map(({ key, prepared }) => ({
    contender,
    key,
    prepared: prepared ? join(dataFolder, "prepared", `${contender.name}-${key.replace(/\W+/g, "-")}`) : undefined,
  }));
  const cold = Object.entries(coldFiles)
    .filter(([, file]) => existsSync(join(contender.folder, file)))
    .map(([key]) => ({ contender, key }));
  return [...measured, ...cold];
}

/** @param {Cell} cell @param {CellOptions} options @returns {Record<string, number>} */
export function runCell({ contender, key, prepared }, options) {
  const coldFile = coldFiles[key];
  if (coldFile !== undefined) return runCold(join(contender.folder, coldFile), options);
  const args = [entry, join(contender.folder, "contender.js"), key];
  if (prepared === undefined) return readResult(node(args, options));
  if (!existsSync(prepared)) {
    mkdirSync(prepared, { recursive: true });
    readResult(node([...args, "--prepare", prepared], { ...options, timeout: preparing }));
  }
  return readResult(node([...args, prepared], options));
}

function runCold(file, options) {
  const times = Array.from({ length: coldStarts }, () => {
    const begun = performance.now();
    const stdout = node([file], options);
    const ms = performance.now() - begun;
    if (!stdout.includes("done 1")) throw new Error(`wrong result: ${firstLines(stdout)}`);
    return ms;
  });
  return { ms: median(times) };
}
