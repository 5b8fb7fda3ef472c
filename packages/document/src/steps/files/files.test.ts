import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { failure, problemsOf, runStep } from "../testing/run-step.js";
import { fileRead } from "./file-read.js";
import { fileWrite } from "./file-write.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "millrace-files-"));
  mkdirSync(join(root, "data"));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (path: string, content: string | Uint8Array) => writeFileSync(join(root, path), content);
const read = (config: object) => runStep(fileRead, config, { root });
const write = (config: object) => runStep(fileWrite, config, { root });

describe("reading", () => {
  const People = z.array(z.strictObject({ name: z.string(), age: z.int() }));

  test("by extension, of a type", async () => {
    put("a.csv", '\uFEFFname,age\r\n"Ada, the ""first""",36\r\n\r\nBob,5\r\n');
    put("a.tsv", "name\tage\nAda\t36\n");
    put("a.jsonl", '{"name":"Ada","age":"36"}\n\n{"name":"Bob","age":5}\n');
    put("a.json", '{"a":[1]}');
    put("a.txt", "words\n");
    expect(await read({ path: "a.csv", as: People })).toEqual([
      { name: 'Ada, the "first"', age: 36 },
      { name: "Bob", age: 5 },
    ]);
    expect(await read({ path: "a.csv", header: false })).toHaveLength(3);
    expect(await read({ path: "a.tsv" })).toEqual([{ name: "Ada", age: "36" }]);
    expect(await read({ path: "a.jsonl", as: People })).toEqual([
      { name: "Ada", age: 36 },
      { name: "Bob", age: 5 },
    ]);
    expect(await read({ path: "a.json" })).toEqual({ a: [1] });
    expect(await read({ path: "a.txt" })).toBe("words\n");
    expect(await read({ path: "a.json", format: "bytes" })).toEqual(new TextEncoder().encode('{"a":[1]}'));
  });

  test("other characters", async () => {
    put("a.txt", Buffer.from("é", "latin1"));
    expect(await read({ path: "a.txt", encoding: "latin1" })).toBe("é");
    put("b.txt", Buffer.from("é", "utf16le"));
    expect(await read({ path: "b.txt", encoding: "utf-16le" })).toBe("é");
  });

  test.each<[string, string, object, RegExp]>([
    ["nothing there", "none.txt", {}, /"none.txt" is not there/],
    ["a folder", "data", {}, /folder|ordinary/],
    ["a row that is too long", "a.csv", {}, /line 2/],
    ["two columns of a name", "b.csv", {}, /"a" twice/],
    ["a line that is no JSON", "a.jsonl", {}, /Line 2 is no JSON/],
    ["what is no JSON", "a.json", {}, /is no JSON/],
    ["what is too large", "a.csv", { maxBytes: 3 }, /larger than 3 bytes/],
  ])("%s", async (...[, path, config, message]) => {
    put("a.csv", "a,b\n1,2,3\n");
    put("b.csv", "a,a\n1,2\n");
    put("a.jsonl", "1\n{\n");
    put("a.json", "{");
    const error = await failure(fileRead, { path, ...config }, { root });
    expect(error.code).toBe("STEP_FILE_FAILED");
    expect(error.message).toMatch(message);
  });

  test("a pipe is not waited for", async () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    expect((await failure(fileRead, { path: "pipe" }, { root })).message).toMatch(/no ordinary file/);
  });

  test("a link within the folder is followed", async () => {
    put("data/a.txt", "x");
    symlinkSync(join(root, "data", "a.txt"), join(root, "link.txt"));
    expect(await read({ path: "link.txt" })).toBe("x");
  });
});

describe("writing", () => {
  test.each([
    ["a.txt", "words", "words"],
    ["a.json", { a: 1 }, '{\n  "a": 1\n}\n'],
    ["a.jsonl", [{ a: 1 }, [2], "x"], '{"a":1}\n[2]\n"x"\n'],
    [
      "a.csv",
      [
        { a: 1, b: "x,y" },
        { a: null, c: { d: 1 } },
      ],
      'a,b,c\n1,"x,y",\n,,"{""d"":1}"\n',
    ],
    ["a.tsv", [["x", 1]], "x\t1\n"],
    ["empty.csv", [], ""],
    ["deep/er/a.txt", 5, "5"],
  ])("%s", async (path, content, text) => {
    expect(await write({ path, content, folder: "data" })).toEqual({ path, bytes: Buffer.byteLength(text) });
    expect(readFileSync(join(root, "data", path), "utf8")).toBe(text);
  });

  test("takes the place of what was there, and leaves nothing beside it", async () => {
    put("a.txt", "old and longer");
    await write({ path: "a.txt", content: "new" });
    await write({ path: "a.txt", content: new Uint8Array([1, 2]), format: "bytes" });
    expect([...readFileSync(join(root, "a.txt"))]).toEqual([1, 2]);
    expect(readdirSync(root).sort()).toEqual(["a.txt", "data"]);
  });

  test("a link in place of the file is replaced, not followed", async () => {
    put("target.txt", "kept");
    symlinkSync(join(root, "target.txt"), join(root, "a.txt"));
    await write({ path: "a.txt", content: "new" });
    expect(readFileSync(join(root, "target.txt"), "utf8")).toBe("kept");
  });

  test.each<[string, string, unknown, RegExp]>([
    ["what is no list", "a.csv", { a: 1 }, /from a list, not from an object/],
    ["rows of another kind", "a.csv", [{ a: 1 }, 2], /one of these is a number/],
    ["a file where a folder is wanted", "taken/a.txt", "x", /can't be (written|followed)/],
  ])("%s", async (...[, path, content, message]) => {
    put("taken", "a file");
    const error = await failure(fileWrite, { path, content }, { root });
    expect(error.code).toMatch(/^STEP_FILE_/);
    expect(error.message).toMatch(message);
  });
});

describe("the folder is not left", () => {
  test.each(["../x", "a/../../x", "/etc/passwd", "out/x", "out", ".", "", "a\0b", "data/../../x"])(
    "by %j",
    async (path) => {
      symlinkSync("/etc", join(root, "out"));
      const any = { ...fileRead, config: z.any() };
      const config = { path, folder: ".", encoding: "utf-8", maxBytes: 100, header: true };
      expect((await failure(any, config, { root })).code).toBe("STEP_FILE_REFUSED");
      expect((await failure({ ...fileWrite, config: z.any() }, { ...config, content: "x" }, { root })).code).toBe(
        "STEP_FILE_REFUSED",
      );
    },
  );

  test("by a folder that is a link, or outside: told at load too", async () => {
    symlinkSync("/tmp", join(root, "out"));
    for (const folder of ["out", "..", "/etc"]) {
      expect((await failure(fileRead, { path: "x", folder }, { root })).code).toBe("STEP_FILE_REFUSED");
      expect(problemsOf(fileRead, { path: "x", folder }, { root })).toMatchObject([{ path: ["folder"] }]);
    }
    expect(problemsOf(fileRead, { path: "x", folder: "not/yet" }, { root })).toEqual([]);
  });

  test("by the narrower folder of the step", async () => {
    put("secret.txt", "x");
    expect((await failure(fileRead, { path: "../secret.txt", folder: "data" }, { root })).code).toBe(
      "STEP_FILE_REFUSED",
    );
  });
});
