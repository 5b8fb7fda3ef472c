/** Files that no file should be: a failure with a code, soon, in bounded memory. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { rename, symlink, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowError } from "millrace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failure, runStep } from "../testing/run-step.js";
import { fileRead } from "./file-read.js";
import { fileWrite } from "./file-write.js";
import { parseText } from "./formats.js";
import { readUpTo } from "./read-file.js";

let root: string;
let outside: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "millrace-files-"));
  outside = mkdtempSync(join(tmpdir(), "millrace-outside-"));
  writeFileSync(join(outside, "a.txt"), "s3");
  mkdirSync(join(root, "data"));
});
afterEach(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

const put = (path: string, content: string | Uint8Array) => writeFileSync(join(root, path), content);
const read = (config: object) => runStep(fileRead, config, { root });
const refusal = (config: object) => failure(fileRead, config, { root });
const write = (config: object) => runStep(fileWrite, config, { root });

describe("reading", () => {
  test("10 GB of nothing", async () => {
    put("a.txt", "");
    truncateSync(join(root, "a.txt"), 10_000_000_000);
    expect((await refusal({ path: "a.txt" })).message).toMatch(/larger than 10000000 bytes/);
  });

  test("what has no size, and no end", async () => {
    for (const device of ["/dev/zero", "/proc/kallsyms"])
      await expect(readUpTo(device, { base: "/", path: "x", maxBytes: 1000 })).rejects.toMatchObject({
        code: "STEP_FILE_FAILED",
      });
  });

  test.each<[string, string | Buffer, object, RegExp]>([
    ["bytes that are no text", Buffer.from([0x61, 0xff, 0x62]), {}, /is no text of utf-8/],
    ["half a sign at the end", Buffer.from([0x61, 0xe2, 0x82]), { format: "json" }, /is no text of utf-8/],
    ["half a sign of two bytes", Buffer.from([0x61, 0x00, 0x62]), { encoding: "utf-16le" }, /is no text of utf-16le/],
    ["a quote that does not end", `a,b\n1,"${"x".repeat(2_000_000)}`, { format: "csv" }, /line 2/],
    ["a quote in a field", 'a\nx"y\n', { format: "csv" }, /line 2/],
    [
      "50,000 columns, two of one name",
      `${Array.from({ length: 50_000 }, (_, i) => `c${i}`).join()},c0\n`,
      { format: "csv" },
      /"c0" twice/,
    ],
    [
      "a column without a name of a megabyte",
      `${"x".repeat(1_000_000)},${"x".repeat(1_000_000)}\n1,2\n`,
      { format: "csv" },
      /twice/,
    ],
    ["a line without an end", `{"a":"${"x".repeat(2_000_000)}`, { format: "jsonl" }, /Line 1 is no JSON/],
    ["values without lines", '{"a":1}{"a":2}', { format: "jsonl" }, /Line 1 is no JSON/],
  ])("%s", async (...[, content, config, message]) => {
    put("a.txt", content);
    const error = await refusal({ path: "a.txt", ...config });
    expect(error).toMatchObject({ code: "STEP_FILE_FAILED", hint: expect.stringMatching(/./) });
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(500);
  });

  test("100,000 columns, and a row of 9 MB", async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => i.toString(36));
    put("a.csv", `${names.join()}\n`);
    expect(await read({ path: "a.csv" })).toEqual([]);
    put("b.csv", `a\n"${"x\n".repeat(4_500_000)}"\n`);
    expect(await read({ path: "b.csv" })).toEqual([{ a: "x\n".repeat(4_500_000) }]);
  });

  test("a CSV is read a piece at a time, also within a sign, and given up when the call is", async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ a: String(i), b: "é€\u{1f600}".repeat(i % 3) }));
    put("a.csv", `a,b\n${rows.map(({ a, b }) => `${a},${b}\n`).join("")}`);
    let turns = 0;
    let done = false;
    const counting = () => {
      turns++;
      if (!done) setImmediate(counting);
    };
    counting();
    expect(await read({ path: "a.csv" })).toEqual(rows);
    done = true;
    expect(turns).toBeGreaterThan(5);
    const given = { delimiter: ",", header: true, signal: AbortSignal.abort() };
    await expect(parseText("a\n1\n", "csv", given)).rejects.toThrow(/abort/);
  });

  test("the mark at the beginning belongs to no text", async () => {
    for (const [encoding, buffer] of [
      ["utf-8", "utf8"],
      ["utf-16le", "utf16le"],
    ] as const)
      for (const [format, made] of [
        ["text", '{"a":1}'],
        ["json", { a: 1 }],
        ["jsonl", [{ a: 1 }]],
      ] as const) {
        put("a.txt", Buffer.from('\uFEFF{"a":1}', buffer));
        expect(await read({ path: "a.txt", encoding, format })).toEqual(made);
      }
  });

  test("a link that is turned while it is read leads nowhere else", async () => {
    put("data/a.txt", "inside");
    let stop = false;
    const turning = (async () => {
      while (!stop) {
        for (const target of [outside, join(root, "data")]) {
          await symlink(target, join(root, "next"));
          await rename(join(root, "next"), join(root, "turned"));
        }
      }
      await unlink(join(root, "turned"));
    })();
    for (let i = 0; i < 200; i++) {
      const made = await read({ path: "turned/a.txt" }).catch((error: unknown) => error);
      if (FlowError.is(made)) expect(made.code).toMatch(/^STEP_FILE_/);
      else expect(made).toBe("inside");
    }
    stop = true;
    await turning;
  });

  test("what was opened through a link that led out is not read", async () => {
    symlinkSync(outside, join(root, "out"));
    const place = join(root, "out", "a.txt");
    await expect(readUpTo(place, { base: root, path: "x", maxBytes: 100 })).rejects.toMatchObject({
      code: "STEP_FILE_REFUSED",
    });
    symlinkSync(join(outside, "a.txt"), join(root, "b.txt"));
    await expect(readUpTo(join(root, "b.txt"), { base: root, path: "x", maxBytes: 100 })).rejects.toMatchObject({
      code: "STEP_FILE_REFUSED",
    });
  });
});

describe("writing", () => {
  test.each<[string, string, RegExp]>([
    ["a folder", "data", /is a folder/],
    ["a file for a folder", "a.txt/b", /a part of its path is no folder/],
    ["a long name", "x".repeat(300), /too long/],
    ["a long path", "x/".repeat(500_000), /too long/],
    ["links in a circle", "loop/a", /can't be followed/],
  ])("%s", async (...[, path, message]) => {
    put("a.txt", "kept");
    symlinkSync(join(root, "loop"), join(root, "loop"));
    const error = await failure(fileWrite, { path, content: "x" }, { root });
    expect(error.code).toMatch(/^STEP_FILE_/);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(root);
    expect(readFileSync(join(root, "a.txt"), "utf8")).toBe("kept");
    expect(readdirSync(root).sort()).toEqual(["a.txt", "data", "loop"]);
  });

  test("a folder that is turned into a link while it is written is not followed", async () => {
    let stop = false;
    const turning = (async () => {
      while (!stop) {
        for (const target of [outside, join(root, "data")]) {
          await symlink(target, join(root, "next"));
          await rename(join(root, "next"), join(root, "turned"));
        }
      }
    })();
    for (let i = 0; i < 100; i++) {
      const made = await write({ path: "turned/b.txt", content: "x" }).catch((error: unknown) => error);
      if (FlowError.is(made)) expect(made.code).toMatch(/^STEP_FILE_/);
    }
    stop = true;
    await turning;
    expect(readdirSync(outside)).toEqual(["a.txt"]);
  });

  test("many at once: one of them, whole", async () => {
    const contents = Array.from({ length: 20 }, (_, i) => String(i % 10).repeat(200_000));
    await Promise.all(contents.map((content) => write({ path: "a.txt", content })));
    expect(contents).toContain(readFileSync(join(root, "a.txt"), "utf8"));
    expect(readdirSync(root).sort()).toEqual(["a.txt", "data"]);
  });
});
