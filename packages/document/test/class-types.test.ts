/** What `documentToClass` writes compiles, in both dialects of decorators, and is formatted. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { documentToClass } from "@millrace/document";
import { beforeAll, expect, test } from "vitest";
import { cases, code } from "./support/class-cases.js";
import { linkPackages } from "./support/converted.js";
import { documentOf, examplesOf } from "./support/page-examples.js";
import { projectOf } from "./support/project.js";

const page = examplesOf("document-steps.md");
const repository = fileURLToPath(new URL("../../..", import.meta.url));
const compilers = join(repository, "tools/compilers/node_modules");
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

let root: string;
let files: readonly string[];

beforeAll(async () => {
  const documents = [
    ...page.examples.map(documentOf),
    ...cases.map(({ yaml }) => yaml),
    fixture("doors.yaml"),
    fixture("review.yaml"),
  ];
  root = projectOf({
    "code.mjs": code,
    [page.module.name]: page.module.text,
    "doors.ts": fixture("doors.ts"),
    "steps.ts": fixture("steps.ts"),
    "package.json": JSON.stringify({ type: "module" }),
  });
  linkPackages(root);
  mkdirSync(join(root, "node_modules/@types"));
  symlinkSync(join(compilers, "@types/node"), join(root, "node_modules/@types/node"));
  const written: string[] = [];
  for (const [i, text] of documents.entries()) {
    writeFileSync(join(root, "flow.yaml"), text);
    writeFileSync(
      join(root, `written${i}.ts`),
      await documentToClass(join(root, "flow.yaml"), { env: { SHOP_TOKEN: "x" } }),
    );
    written.push(`written${i}.ts`);
  }
  files = written;
}, 300_000);

const run = (command: string, args: readonly string[]) =>
  new Promise<string>((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve(`${stdout}${error && !stdout ? stderr : ""}`),
    );
  });

test.each([false, true])(
  "it compiles, experimentalDecorators: %s",
  { timeout: 300_000 },
  async (experimentalDecorators) => {
    const compilerOptions = {
      ...{ target: "ES2022", module: "NodeNext", lib: ["ES2023"], types: ["node"], strict: true, noEmit: true },
      ...{ noImplicitOverride: true, allowJs: true, skipLibCheck: true, experimentalDecorators },
      customConditions: ["millrace-source"],
    };
    const config = join(root, `tsconfig.${experimentalDecorators}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    const tsc = join(compilers, "typescript-7.0/bin/tsc");
    expect(await run(process.execPath, [tsc, "-p", config, "--pretty", "false"])).toBe("");
  },
);

test("formatters change nothing", { timeout: 300_000 }, async () => {
  const biome = join(repository, "node_modules/.bin/biome");
  writeFileSync(
    join(root, "biome.json"),
    JSON.stringify({
      root: true,
      formatter: { indentStyle: "space" },
      javascript: { parser: { unsafeParameterDecoratorsEnabled: true } },
    }),
  );
  // long chains and choices within expressions are broken by formatters alone
  const plain = files.filter((file) => !/evaluate|\.filter\(/.test(readFileSync(join(root, file), "utf8")));
  expect(plain.length).toBeGreaterThan(files.length - 5);
  const texts = () => plain.map((file) => readFileSync(join(root, file), "utf8"));
  const before = texts();
  await run(biome, ["format", "--write", ...plain]);
  expect(texts()).toEqual(before);
});
