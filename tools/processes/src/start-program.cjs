// Runs a program that `makeProgram` has built from V8's own form of it. That is first the one that was made with it; the first
// process that comes to its end by itself leaves a better one, which has the functions that were used.
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname } = require("node:path");
const { pathToFileURL } = require("node:url");
const { Script } = require("node:vm");

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function start(file) {
  const warm = read(`${file}.warm`);
  const cachedData = warm ?? read(`${file}.cold`);
  const script = new Script(readFileSync(file, "utf8"), { filename: file, cachedData });
  if (!warm) {
    process.once("exit", () => {
      // others may read it, or be doing the same
      writeFileSync(`${file}.${process.pid}`, script.createCachedData());
      renameSync(`${file}.${process.pid}`, `${file}.warm`);
    });
  }
  const url = pathToFileURL(file).href;
  // a script that V8 has kept can't import
  const given = [createRequire(file), { exports: {} }, file, dirname(file), url, (name) => import(name)];
  script.runInThisContext()(...given);
}

module.exports = { start };
