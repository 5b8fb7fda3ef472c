/** Files that several write at once, and that processes die over: what stands there is always the whole of one of them. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFile } from "./replace-file.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const here = () => join(folder, "a.txt");
const megabyte = (letter: string) => Buffer.from(letter.repeat(1_000_000));
const isWhole = (text: string) => text === text[0]?.repeat(1_000_000);
const source = JSON.stringify(new URL("./replace-file.ts", import.meta.url).href);

/** Another process, which has `replaceFile` and `place`. */
const elsewhere = (code: string) =>
  promisify(execFile)(process.execPath, [
    "--conditions=millrace-source",
    "--import",
    "tsx",
    "--input-type=module",
    "-e",
    `import fs from "node:fs/promises"; import { syncBuiltinESMExports } from "node:module";
     const place = ${JSON.stringify(here())};
     ${code}`,
  ]);

const dying = (member: string, before = "") => `
  const inner = fs.${member};
  fs.${member} = async (...args) => { ${before} process.kill(process.pid, "SIGKILL"); };
  syncBuiltinESMExports();
  const { replaceFile } = await import(${source});
  await replaceFile(place, Buffer.from("new"), "key");`;

test("killed before the draft takes its place: the old one stands, and the next attempt leaves nothing behind", {
  timeout: 60_000,
}, async () => {
  writeFileSync(here(), "old");
  await expect(elsewhere(dying("rename"))).rejects.toMatchObject({ signal: "SIGKILL" });
  expect(readFileSync(here(), "utf8")).toBe("old");
  expect(readdirSync(folder)).toHaveLength(2);
  await replaceFile(here(), Buffer.from("other"), "another call");
  expect(readdirSync(folder)).toHaveLength(2);
  await replaceFile(here(), Buffer.from("new"), "key");
  expect(readFileSync(here(), "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("killed just after: the new one stands, and is written again as it is", { timeout: 60_000 }, async () => {
  await expect(elsewhere(dying("rename", "await inner(...args);"))).rejects.toMatchObject({ signal: "SIGKILL" });
  expect(readFileSync(here(), "utf8")).toBe("new");
  await replaceFile(here(), Buffer.from("new"), "key");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("two processes, and two attempts of one call: a reader finds the whole of one of them", {
  timeout: 60_000,
}, async () => {
  const writing = (letter: string, key: string) => `
    const { replaceFile } = await import(${source});
    for (let i = 0; i < 10; i++) await replaceFile(place, Buffer.from("${letter}".repeat(1_000_000)), "${key}");`;
  await replaceFile(here(), megabyte("z"), "first");
  let going = true;
  const others = Promise.all([
    elsewhere(writing("a", "one")),
    elsewhere(writing("b", "one")),
    elsewhere(writing("c", "two")),
  ]).finally(() => {
    going = false;
  });
  for (; going; await new Promise((resolve) => setTimeout(resolve, 5)))
    expect(isWhole(readFileSync(here(), "utf8"))).toBe(true);
  await others;
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("in one process too, however many at once", async () => {
  await Promise.all(["a", "b", "c", "d"].map((letter) => replaceFile(here(), megabyte(letter), "key")));
  expect(isWhole(readFileSync(here(), "utf8"))).toBe(true);
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("a link where the draft would lie is not followed", async () => {
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, `${process.pid}-1`), "somebody's");
  const mark = createHash("sha256").update("key").digest("hex").slice(0, 12);
  symlinkSync(elsewhere, join(folder, `.a.txt.${mark}.tmp`));
  await expect(replaceFile(here(), Buffer.from("new"), "key")).rejects.toThrow("stands in the way");
  expect(readdirSync(elsewhere)).toEqual([`${process.pid}-1`]);
});
