import { dirname, join } from "node:path";
import ts from "typescript";

export interface TypeErrorAt {
  readonly line: number;
  readonly message: string;
}

/** What the compiler says about each file, with the workspace's packages resolved to their sources. */
export function typecheck(files: readonly string[], baseConfig: string): ReadonlyMap<string, readonly TypeErrorAt[]> {
  const { config } = ts.readConfigFile(baseConfig, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram([...files], {
    ...options,
    noEmit: true,
    // A reader's own settings are what `tsc --init` gives, no stricter.
    noUncheckedIndexedAccess: false,
    noImplicitOverride: false,
    types: ["node"],
    typeRoots: [join(dirname(baseConfig), "node_modules/@types")],
  });
  return new Map(files.map((file) => [file, errorsIn(program, file)]));
}

function errorsIn(program: ts.Program, path: string): readonly TypeErrorAt[] {
  const file = program.getSourceFile(path);
  if (!file) return [{ line: 0, message: "the compiler did not find it" }];
  const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return diagnostics.map(({ start, messageText }) => ({
    line: file.getLineAndCharacterOfPosition(start ?? 0).line + 1,
    message: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
}
