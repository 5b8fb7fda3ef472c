/** Paths that whoever loads documents has named. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadDocument, validateDocument } from "@millrace/document";
import { expect, test } from "vitest";
import { projectOf } from "./support/project.js";

const flow = (id: string) => `flows: [{ id: ${id}, steps: [{ id: s, type: echo, value: 1 }] }]\n`;

test("a file that is not there is told with the nearest name, and says nothing of includes", async () => {
  const root = projectOf({ "review.yaml": flow("a") });
  const [problem, ...more] = await validateDocument(join(root, "reveiw.yaml"));
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: "DOCUMENT_FILE_INVALID", nearest: join(root, "review.yaml"), line: 1 });
  expect(problem!.message).toContain(
    `There is no file ${join(root, "reveiw.yaml")}; is ${join(root, "review.yaml")} meant?`,
  );
  expect(problem!.hint).not.toMatch(/include/i);
  const [none] = await validateDocument(join(root, "nowhere", "at-all.yaml"));
  expect(none!.message).toMatch(/^There is no file .*at-all.yaml\.$/);
});

test("a folder stands for the documents in it", async () => {
  const root = projectOf({ "b.yaml": flow("b"), "a.yml": flow("a"), "notes.txt": "no document", "package.json": "{}" });
  const { list, files } = await loadDocument(root);
  expect(list.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(files).toHaveLength(2);
});

test("a folder without documents is told", async () => {
  const root = projectOf({ "notes.txt": "" });
  const [problem, ...more] = await validateDocument(root);
  expect([problem!.code, more]).toEqual(["DOCUMENT_FILE_INVALID", []]);
  expect(problem!.message).toContain("holds no documents");
});

test("the same id in two files is told with both places", async () => {
  const root = projectOf({
    "a.yaml": `models: [{ id: fast, provider: x }]\n${flow("same")}`,
    "b.yaml": `models: [{ id: fast, provider: y }]\n${flow("same")}`,
  });
  const told = (await validateDocument(root)).map(({ message, file, line }) => [file.split("/").at(-1), line, message]);
  expect(told).toEqual([
    ["b.yaml", 1, expect.stringMatching(/^The model "fast" is there already, at .*a\.yaml:1:16\.$/)],
    ["b.yaml", 2, expect.stringMatching(/^The flow "same" is there already, at .*a\.yaml:2:15\.$/)],
  ]);
});

test("a file outside of the project's folder is told with the way out", async () => {
  const root = projectOf({ "inside/a.yaml": flow("a"), "b.yaml": flow("b") });
  mkdirSync(join(root, "other"));
  const files = [join(root, "inside/a.yaml"), join(root, "b.yaml")];
  const [problem] = await validateDocument(files);
  expect(problem).toMatchObject({ code: "DOCUMENT_FILE_INVALID", hint: expect.stringMatching(/`root`/) });
  expect(await validateDocument(files, { root })).toEqual([]);
});
