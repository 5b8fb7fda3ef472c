/**
 * What has to stand before the first round: Millrace built as a user gets it, and the peers installed, which happens on the
 * first use, in a workspace of their own.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installedVersion, packageFolder, peersFolder } from "./contenders.js";

/** Runs pnpm: the one that runs this command, or the project's. */
function pnpm(args, cwd) {
  const own = process.env.npm_execpath ?? "";
  const [command, ...first] = own.includes("pnpm")
    ? /\.[cm]?js$/.test(own)
      ? [process.execPath, own]
      : [own]
    : ["npx", "--yes", "pnpm@12.21.0"];
  return spawnSync(String(command), [...first, ...args], { cwd, encoding: "utf8" });
}

/** @throws {Error} with the compiler's output when the build fails */
export function buildMillrace() {
  const root = join(packageFolder, "../..");
  const { status, stdout, stderr } = pnpm(
    [
      "--filter",
      "millrace",
      "--filter",
      "@millrace/sqlite",
      "--filter",
      "@millrace/document",
      "--filter",
      "@millrace/ai",
      "build",
    ],
    root,
  );
  if (status !== 0) throw new Error(`Millrace cannot be built:\n${stdout}${stderr}`);
}

/**
 * Which contenders take part, each with `leftOut` where it cannot.
 * @param {import("./contenders.js").Contender[]} contenders
 * @param {readonly string[]} [wanted] names of peers; default: all
 */
export function preparePeers(contenders, wanted) {
  const known = contenders.filter(({ isPeer }) => isPeer).map(({ name }) => name);
  const unknown = wanted?.find((name) => name !== "none" && !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no peer ${unknown}. The peers: ${known.join(", ")}`);
  return contenders
    .filter(({ isPeer, name }) => !isPeer || wanted === undefined || wanted.includes(name))
    .map((contender) => ({ ...contender, leftOut: contender.isPeer ? whyLeftOut(contender) : undefined }));
}

/** @param {import("./contenders.js").Contender} peer */
function whyLeftOut(peer) {
  if (peer.name === "dbos" && !process.env.MILLRACE_BENCH_POSTGRES) {
    return "it needs a Postgres: give its connection URL as MILLRACE_BENCH_POSTGRES";
  }
  const isInstalled = () => peer.packages.every((name) => installedVersion(peer, name) !== undefined);
  if (isInstalled()) return undefined;
  process.stderr.write(`Installing ${peer.title} …\n`);
  const { stdout, stderr } = pnpm(["install", "--frozen-lockfile", "--filter", `bench-${peer.name}`], peersFolder);
  if (isInstalled()) return undefined;
  return `it could not be installed: ${`${stdout}${stderr}`.trim().split("\n").at(-1)}`;
}
