/**
 * Which types the steps of a flow have, those that nobody wrote too: the project's own TypeScript is asked. Where it has none,
 * or one without a library (version 7), where it takes too long, or the code is not understood, nothing is said.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type ts from "typescript";

type TypeScript = typeof ts;

export interface TypesOf {
  readonly file: string;
  readonly root: string;
  readonly className: string;
  readonly flowName: string;
  /** Their names: nothing else is asked about. */
  readonly steps: ReadonlySet<string>;
  /** Reading sources ends after so long, ms of this process's own time. @default 10_000 */
  readonly limitMs?: number;
}

/** By step: `(notes: string) => Promise<Page>`. */
export function checkedTypes({
  file,
  root,
  className,
  flowName,
  steps,
  limitMs = 10_000,
}: TypesOf): Map<string, string> {
  const types = new Map<string, string>();
  try {
    const typescript = typescriptOf(root, file);
    if (!typescript) return types;
    const program = programOf(typescript, file, spentMs() + limitMs);
    const source = program.getSourceFile(file);
    if (!source) return types;
    const context = { typescript, program, checker: program.getTypeChecker(), steps, types };
    builtTypes(context, flowName);
    classTypes(context, source, className);
  } catch {
    // Whatever was found until then is right.
  }
  return types;
}

function typescriptOf(root: string, file: string): TypeScript | undefined {
  for (const folder of [root, dirname(file)]) {
    try {
      const found = createRequire(join(folder, "package.json"))("typescript") as Partial<TypeScript>;
      if (found.createProgram) return found as TypeScript;
    } catch {
      // It is not there.
    }
  }
  return undefined;
}

/** However busy the machine is. */
const spentMs = () => process.cpuUsage().user / 1000;

function programOf(typescript: TypeScript, file: string, limit: number): ts.Program {
  const options = { ...optionsFor(typescript, file), noEmit: true, skipLibCheck: true, composite: false };
  const host = typescript.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (...args) => {
    if (spentMs() > limit) throw new Error("This takes too long.");
    return getSourceFile.apply(host, args);
  };
  return typescript.createProgram([file], options, host);
}

function optionsFor({ sys, ModuleKind, ScriptTarget, ...typescript }: TypeScript, file: string): ts.CompilerOptions {
  const config = typescript.findConfigFile(dirname(file), sys.fileExists);
  if (config === undefined) return { target: ScriptTarget.ES2022, module: ModuleKind.NodeNext, strict: true };
  const { config: read } = typescript.readConfigFile(config, sys.readFile);
  // Which files belong to the project does not matter, and would have to be looked for.
  const alone = { ...read, files: [file], include: [] };
  return typescript.parseJsonConfigFileContent(alone, sys, dirname(config)).options;
}

interface Context {
  readonly typescript: TypeScript;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly steps: ReadonlySet<string>;
  readonly types: Map<string, string>;
}

function note(
  { typescript, checker, types }: Context,
  step: string,
  { type, at }: { type: ts.Type; at: ts.Node },
): void {
  const [signature] = type.getCallSignatures();
  if (!signature || types.has(step)) return;
  const { WriteArrowStyleSignature, UseAliasDefinedOutsideCurrentScope } = typescript.TypeFormatFlags;
  const flags = WriteArrowStyleSignature | UseAliasDefinedOutsideCurrentScope;
  const text = checker.signatureToString(signature, at, flags).replace(/\s+/g, " ");
  // No path of this machine.
  types.set(step, text.replace(/import\("[^"]*"\)\./g, "").replace(/typeof import\("[^"]*"\)/g, "module"));
}

function classTypes(context: Context, source: ts.SourceFile, className: string): void {
  const { typescript, checker } = context;
  const visit = (node: ts.Node): ts.ClassLikeDeclaration | undefined => {
    const named = typescript.isClassLike(node) ? (node.name ?? nameAround(context, node)) : undefined;
    if (typescript.isClassLike(node) && (named?.getText() ?? "default") === className) return node;
    return typescript.forEachChild(node, visit);
  };
  const found = visit(source) ?? exported(context, source, className);
  if (!found) return;
  const [made] = checker.getTypeAtLocation(found).getConstructSignatures();
  const symbol = found.name && checker.getSymbolAtLocation(found.name);
  const instance = made?.getReturnType() ?? (symbol ? checker.getDeclaredTypeOfSymbol(symbol) : undefined);
  for (const member of instance ? checker.getPropertiesOfType(instance) : [])
    if (context.steps.has(member.getName()))
      note(context, member.getName(), { type: checker.getTypeOfSymbolAtLocation(member, found), at: found });
}

/** `const Review = class extends Flow {…}` */
function nameAround({ typescript }: Context, { parent }: ts.Node): ts.Identifier | undefined {
  return typescript.isVariableDeclaration(parent) && typescript.isIdentifier(parent.name) ? parent.name : undefined;
}

/** A class of another module that this one hands on. */
function exported({ typescript, checker }: Context, source: ts.SourceFile, className: string) {
  const module = checker.getSymbolAtLocation(source);
  const symbols = module ? checker.getExportsOfModule(module) : [];
  const declared = symbols.flatMap((symbol) => resolved(typescript, checker, symbol)?.declarations ?? []);
  return declared.filter(typescript.isClassLike).find(({ name }) => name?.text === className);
}

function resolved({ SymbolFlags }: TypeScript, checker: ts.TypeChecker, symbol: ts.Symbol | undefined) {
  return symbol && symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function builtTypes(context: Context, flowName: string): void {
  const { typescript, program, checker } = context;
  const visit = (node: ts.Node): void => {
    if (typescript.isCallExpression(node) && typescript.isPropertyAccessExpression(node.expression)) {
      if (node.expression.name.text === "step" && rootOf(context, node) === flowName) {
        const [first, second] = node.arguments;
        const given = first && typescript.isStringLiteralLike(first) ? first.text : undefined;
        const code = given === undefined ? first : second;
        const type = code && checker.getTypeAtLocation(code);
        const name = given ?? (code && typescript.isIdentifier(code) ? code.text : type?.getSymbol()?.getName());
        if (code && type && name !== undefined) note(context, name, { type, at: code });
      }
    }
    typescript.forEachChild(node, visit);
  };
  for (const source of program.getSourceFiles())
    if (!source.isDeclarationFile && !program.isSourceFileFromExternalLibrary(source)) visit(source);
}

/** The name that the chain of calls begins with: `flow("name")`. */
function rootOf({ typescript, checker }: Context, call: ts.Expression): string | undefined {
  let at: ts.Node | undefined = call;
  for (let steps = 0; at && steps < 10_000; steps++) {
    if (typescript.isIdentifier(at)) {
      const declared: ts.Declaration | undefined = resolved(
        typescript,
        checker,
        checker.getSymbolAtLocation(at),
      )?.valueDeclaration;
      at = declared && typescript.isVariableDeclaration(declared) ? declared.initializer : undefined;
    } else if (!typescript.isCallExpression(at)) return undefined;
    else if (typescript.isPropertyAccessExpression(at.expression)) at = at.expression.expression;
    else {
      const [name] = at.arguments;
      const isFlow = typescript.isIdentifier(at.expression) && at.expression.text === "flow";
      return isFlow && name && typescript.isStringLiteralLike(name) ? name.text : undefined;
    }
  }
  return undefined;
}
