/**
 * What checking a flow costs the compiler must grow with the flow, not with its square. Counted in type instantiations, which
 * are the same in every run.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tsc } from "./compile.js";

const small = 40;
const factor = 4;
/** The compiler's own start costs something, so that linear growth stays below `factor`. */
const allowed = factor * 1.1;

/** Flows of `size` steps; each kind leans on another part of the types. */
const kinds: Readonly<Record<string, (i: number) => string>> = {
  names: (i) => `@listen("s${i - 1}") s${i}(x: { n: number }) { return { n: x.n + ${i} }; }`,
  groups: (i) => `@listen(or("s${i - 1}", and("s0", failed("s0")))) s${i}(_x: unknown) { return { n: ${i} }; }`,
  records: (i) =>
    `@listen(and("s${i - 1}", "b")) s${i}(x: { s${i - 1}: { n: number }; b: string }) { return { n: x.s${i - 1}.n }; }`,
  references: (i) => `@listen((f) => f.s${i - 1}) s${i}(x: { n: number }) { return { n: x.n }; }`,
  routers: (i) =>
    `@router("s${i - 1}") s${i}(_x: unknown) { return Math.random() > 1 ? "l${i}" : route("m${i}", { n: ${i} }); }`,
  labels: (i) => `
    t${i}() { return Math.random() > 1 ? "l${i}" : route("m${i}", { n: ${i} }); }
    @listen(or("l${i}", "m${i}")) s${i}(_x: "l${i}" | { n: number }) { return { n: ${i} }; }`,
};

/** Builders of `long` steps, each of which brings the compiler a type one longer. */
const builders: Readonly<Record<string, (i: number) => string>> = {
  "built by references": (i) =>
    `.step("s${i}", (x: { n: number; t: string }) => ({ n: x.n + ${i}, t: x.t }), ({ s${i - 1}, input }) => ({ n: s${i - 1}.n, t: input.path }))`,
  "built by links": (i) =>
    `.step("s${i}", () => ({ n: ${i} })).link("s${i - 1}", "s${i}", { when: ({ s${i - 1} }) => s${i - 1}.n > 0 })`,
};
const long = 200;
/** In instantiations. For each step the compiler goes through all before it, which is little as long as it does so few times. */
const affordable = 900_000;

/** One line for each kind of builder that the compiler gives up, or that costs it too much. */
async function checkBuilders(folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [kind, step] of Object.entries(builders)) {
    const output = await checkBuilder(folder, step);
    const cost = Number(/Instantiations:\s*(\d+)/.exec(output)?.[1]);
    if (output.includes("error TS")) problems.push(`${long} steps, ${kind}: ${output.slice(0, 300)}`);
    else if (cost > affordable) problems.push(`${kind}: ${long} steps cost ${cost} instantiations`);
  }
  return problems;
}

function checkBuilder(folder: string, step: (i: number) => string): Promise<string> {
  const steps = Array.from({ length: long }, (_, i) => step(i + 1)).join("\n  ");
  const source = `import { flow } from "millrace";
import { z } from "zod";
export const built = flow("growing")
  .input(z.object({ path: z.string() }))
  .step("s0", ({ path }) => ({ n: 0, t: path }))
  ${steps}
  .output(({ s${long} }) => ({ n: s${long}.n }))
  .compile();
export const result: Promise<{ readonly output: { n: number } | undefined }> = built.complete({ path: "a" });
`;
  return check(folder, source);
}

/** One line for each kind of flow that grows too fast. */
export async function checkGrowth(folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [kind, step] of Object.entries(kinds)) {
    const [few, many] = [await instantiations(folder, step, small), await instantiations(folder, step, small * factor)];
    const growth = many / few;
    if (growth > allowed) problems.push(`${kind}: ${factor} times the steps cost ${growth.toFixed(1)} times as much`);
  }
  return [...problems, ...(await checkBuilders(folder))];
}

async function instantiations(folder: string, step: (i: number) => string, size: number): Promise<number> {
  const steps = Array.from({ length: size }, (_, i) => step(i + 1));
  const output = await check(
    folder,
    `import { and, failed, Flow, listen, or, route, router, start } from "millrace";
export class Growing extends Flow {
  @start() s0() { return { n: 0 }; }
  @start() b() { return "b"; }
  ${steps.join("\n  ")}
}
`,
  );
  const [, count] = /Instantiations:\s*(\d+)/.exec(output) ?? [];
  if (!count || output.includes("error TS"))
    throw new Error(`The growing flow does not compile: ${output.slice(0, 500)}`);
  return Number(count);
}

/** What the fastest compiler has to say of a source, with what it cost. */
async function check(folder: string, source: string): Promise<string> {
  await writeFile(join(folder, "growing.ts"), source);
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  await writeFile(join(folder, "tsconfig.growing.json"), JSON.stringify({ compilerOptions, files: ["growing.ts"] }));
  return tsc("7.0", ["-p", "tsconfig.growing.json", "--extendedDiagnostics"], folder);
}
