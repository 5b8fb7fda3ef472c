#!/usr/bin/env node
/** `npm create millrace`: ends with 0 made, 1 made but not installed, 2 not made, 130 left. */
import { readFileSync } from "node:fs";
import { FlowError } from "millrace";
import { createProject } from "./create-project.js";
import { install, packageManager } from "./package-manager.js";
import { shortPath, usage, type Wishes, whenInputEnds, wishesOf } from "./wishes.js";

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function make(wishes: Wishes): Promise<number> {
  const { folder, files } = createProject(wishes);
  say(`Made ${files.length} files in ${folder}`);
  const manager = await packageManager(folder);
  const installed = wishes.install && (await install(folder, manager.install));
  if (wishes.install && !installed) say(`${manager.install.join(" ")} has failed; the files are there.`);
  const steps = [`cd ${shortPath(folder)}`, ...(installed ? [] : [manager.install.join(" ")]), manager.run("start")];
  say(`\nNext:\n${steps.map((step) => `  ${step}`).join("\n")}`);
  return wishes.install && !installed ? 1 : 0;
}

async function main(): Promise<number> {
  const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI;
  if (interactive) whenInputEnds(() => process.exit(130));
  const wishes = await wishesOf(process.argv.slice(2), interactive);
  if (wishes === undefined) return 130;
  if (typeof wishes === "object") return make(wishes);
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(wishes === "help" ? usage : `${version}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!FlowError.is(error)) throw error;
  say(`error ${error.code} ${error.message}\n  → ${error.hint}`);
  process.exitCode = 2;
}
