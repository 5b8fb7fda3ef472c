/**
 * The type tests: every fixture under every TypeScript in both decorator dialects, declarations emitted by one package and
 * used by another, the names that an editor offers, and what large flows cost the compiler. Prints one line a check, and what differs; exits with 1 if anything does.
 */
import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Compilation, compile, compilers, dialects, type Variant } from "./compile.js";
import { checkCompletions } from "./completions.js";
import { checkGrowth } from "./growth.js";
import { compare, readMarkers } from "./markers.js";
import { fixturesIn, makeWorkspace, type Workspace } from "./workspace.js";

/** `pnpm types 7.0` takes one compiler alone. */
const wanted = compilers.filter((compiler) => process.argv.length < 3 || process.argv.includes(compiler));
const workspace = await makeWorkspace();
let failures = 0;
try {
  const files = [...(await fixturesIn(workspace, "flows")), ...(await fixturesIn(workspace, "checks"))];
  for (const compiler of wanted) {
    const consumer = `declared-${compiler}/consumer.ts`;
    await report(`TypeScript ${compiler}: declarations`, emitDeclarations(compiler, workspace, dirname(consumer)));
    const all = [...files, consumer];
    await Promise.all(
      dialects.map((dialect) =>
        report(
          `TypeScript ${compiler}, ${dialect}: ${all.length} files`,
          checkFiles({ compiler, dialect }, workspace.folder, all),
        ),
      ),
    );
  }
  for (const dialect of dialects) {
    await report(`completions, ${dialect}`, Promise.resolve(checkCompletions(workspace.folder, dialect)));
  }
  if (wanted.includes("7.0")) await report("growth", checkGrowth(workspace.folder));
} finally {
  await workspace.remove();
}
process.exitCode = failures > 0 ? 1 : 0;

async function report(name: string, problems: Promise<readonly string[]>): Promise<void> {
  const started = performance.now();
  const found = await problems;
  failures += found.length;
  console.log(
    `${found.length === 0 ? "ok  " : "FAIL"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  for (const problem of found) console.log(`     ${problem.slice(0, 2000)}`);
}

async function checkFiles(variant: Variant, folder: string, files: Compilation["files"]): Promise<string[]> {
  const sources = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const markers = files.flatMap((file, i) => readMarkers(file, sources[i]!));
  const expected = markers.filter((marker) => (marker.dialect ?? variant.dialect) === variant.dialect);
  return compare(expected, await compile({ ...variant, folder, files }));
}

/** `base.ts` is emitted as declarations; `consumer.ts`, put beside them, sees nothing else of it. */
async function emitDeclarations(
  compiler: Variant["compiler"],
  { folder }: Workspace,
  declared: string,
): Promise<string[]> {
  await mkdir(join(folder, declared));
  await cp(join(folder, "fixtures/declarations/consumer.ts"), join(folder, declared, "consumer.ts"));
  const files = ["fixtures/declarations/base.ts"];
  return compare([], await compile({ compiler, dialect: "tc39", folder, files, declarations: join(folder, declared) }));
}
