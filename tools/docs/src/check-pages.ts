/** From pages to programs that are typechecked and ready to run: the whole way, for the tests to walk. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../processes/src/bundle.js";
import { type Expectations, readExpectations } from "./expectations.js";
import { type Program, programsOf } from "./programs.js";
import { runProgram } from "./run-program.js";
import { typecheck } from "./typecheck.js";

export interface PageProgram extends Program {
  /** `page:line` */
  readonly name: string;
}

/** Compiles and runs a program: what is wrong, one text each; empty: it is as the page says. */
export type CheckProgram = (program: PageProgram) => Promise<readonly string[]>;

/** Where a program's files stand and what it says about itself. */
interface Files {
  /** As on the page, for the compiler. */
  readonly source: string;
  /** Instrumented. */
  readonly entry: string;
  readonly bundled: string;
  readonly folder: string;
  readonly expected: Expectations;
}

const home = fileURLToPath(new URL("..", import.meta.url));
/** On the program's first line, so that the others stay where they stand on the page. */
const preloads = ["show", "models"].map((name) => `import ${JSON.stringify(join(home, `src/${name}.ts`))};`).join("");
const baseConfig = fileURLToPath(new URL("../../../tsconfig.base.json", import.meta.url));

/** @throws {Error} a block's fence is not understood */
export function programsOfPages(pages: ReadonlyMap<string, string>): readonly PageProgram[] {
  return [...pages].flatMap(([page, markdown]) =>
    programsOf(page, markdown).map((program) => ({ ...program, name: `${page}:${program.line}` })),
  );
}

/**
 * Asks the compiler about all programs at once and builds those that run, in an empty folder.
 * @throws {Error} a `// =>` stands behind something that has no value
 */
export async function prepare(programs: readonly PageProgram[], folder: string): Promise<CheckProgram> {
  for (const part of ["source", "entry"]) mkdirSync(join(folder, part), { recursive: true });
  symlinkSync(join(home, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const files = new Map(programs.map((program, i) => [program, writeFiles(program, join(folder, "{}", `${i}`))]));
  const sources = [...files.values()].map(({ source }) => source);
  const errors = typecheck(sources, baseConfig);
  const sound = programs.filter((program) => program.runs && errors.get(files.get(program)!.source)!.length === 0);
  const entries = sound.map((program) => files.get(program)!.entry);
  await bundle(entries, join(folder, "bundled"));

  return async (program) => {
    const { source, bundled, folder, expected } = files.get(program)!;
    const found = errors.get(source)!;
    if (found.length > 0) return found.map(({ line, message }) => `${program.page}:${line}: ${message}`);
    return program.runs
      ? runProgram({ file: bundled, folder, expected, ...(program.models && { models: program.models }) })
      : [];
  };
}

/** `place` is a path in which `{}` stands for the kind of file. */
function writeFiles(program: PageProgram, place: string): Files {
  const expected = expectationsOf(program);
  const at = (kind: string, extension: string) => place.replace("{}", kind) + extension;
  const source = at("source", ".ts");
  const entry = at("entry", ".ts");
  writeFileSync(source, program.source);
  writeFileSync(entry, `${preloads}${expected.source}`);
  return { source, entry, bundled: at("bundled", ".mjs"), folder: at("folder", ""), expected };
}

function expectationsOf({ page, source }: PageProgram): Expectations {
  try {
    return readExpectations(source);
  } catch (error) {
    throw new Error(`${page}: ${(error as Error).message}`, { cause: error });
  }
}
