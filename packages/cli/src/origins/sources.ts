/**
 * The modules of a project as they are written: what a name stands for in one of them, through imports of other files and what
 * these export again. Packages are not followed: what they hold is not the project's.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import type { parseSync } from "oxc-parser";
import { type Part, SourceText } from "./source-text.js";

/** What a name stands for. */
export interface Meaning {
  readonly source: SourceText;
  /** The class, the function, or what a variable is given. */
  readonly code: Part;
  /** Where it is named. */
  readonly name: Part;
  /** Where its doc comment ends at the latest. */
  readonly doc: number;
}

/** By the extension that an import names: those of the files that may be meant. */
const written: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js"],
  ".jsx": [".tsx", ".jsx"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};
const modules = /\.[cm]?[jt]sx?$/;
const tries = ["", ".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.js"];

export class Sources {
  readonly #parse: typeof parseSync;
  readonly #read = new Map<string, SourceText | undefined>();

  constructor(parse: typeof parseSync) {
    this.#parse = parse;
  }

  /** Undefined: there is no such module, or none that can be read. */
  at(file: string): SourceText | undefined {
    if (!this.#read.has(file)) this.#read.set(file, this.#open(file));
    return this.#read.get(file);
  }

  #open(file: string): SourceText | undefined {
    if (!modules.test(file)) return undefined;
    try {
      const text = readFileSync(file, "utf8");
      return new SourceText(file, text, this.#parse(file, text));
    } catch {
      return undefined;
    }
  }

  /** What a name means at the top of a module, or `default` as its export. */
  find(source: SourceText, name: string, seen: ReadonlySet<SourceText> = new Set()): Meaning | undefined {
    const within = new Set([...seen, source]);
    const follow = (from: Part, wanted: string): Meaning | undefined => {
      const next = this.#imported(source, from.value);
      return next && !within.has(next) ? this.find(next, wanted, within) : undefined;
    };
    for (const statement of source.program.body as Part[]) {
      const found = this.#meaningIn(statement, name, { source, follow });
      if (found) return found;
    }
    return undefined;
  }

  #meaningIn(
    statement: Part,
    name: string,
    {
      source,
      follow,
    }: { readonly source: SourceText; readonly follow: (from: Part, name: string) => Meaning | undefined },
  ): Meaning | undefined {
    const doc = statement.start;
    switch (statement.type) {
      case "ImportDeclaration": {
        const specifier = (statement.specifiers as Part[]).find(({ local }) => local.name === name);
        return specifier && follow(statement.source, specifier.imported?.name ?? "default");
      }
      case "ExportAllDeclaration":
        return follow(statement.source, name);
      case "ExportDefaultDeclaration":
        if (name !== "default") return declared(statement.declaration, name, { source, doc });
        return this.#exported(source, statement.declaration, doc);
      case "ExportNamedDeclaration": {
        if (statement.declaration) return declared(statement.declaration, name, { source, doc });
        const specifier = (statement.specifiers as Part[]).find(({ exported }) => exported.name === name);
        if (!specifier) return undefined;
        if (statement.source) return follow(statement.source, specifier.local.name);
        return specifier.local.name === name ? undefined : this.find(source, specifier.local.name);
      }
      default:
        return declared(statement, name, { source, doc });
    }
  }

  #exported(source: SourceText, code: Part, doc: number): Meaning | undefined {
    if (code.type === "Identifier") return this.find(source, code.name);
    return { source, code, name: code.id ?? code, doc };
  }

  #imported(source: SourceText, specifier: string): SourceText | undefined {
    if (!/^\.\.?\//.test(specifier)) return undefined;
    const path = join(dirname(source.file), specifier);
    const named = extname(path);
    const stem = path.slice(0, path.length - named.length);
    const files = [...(written[named] ?? []).map((other) => stem + other), ...tries.map((end) => path + end)];
    const file = files.find((one) => existsSync(one) && statSync(one).isFile());
    return file === undefined ? undefined : this.at(file);
  }
}

function declared(
  statement: Part,
  name: string,
  { source, doc }: { readonly source: SourceText; readonly doc: number },
): Meaning | undefined {
  if (statement.id?.name === name) return { source, code: statement, name: statement.id, doc };
  if (statement.type !== "VariableDeclaration") return undefined;
  const variable = (statement.declarations as Part[]).find(({ id, init }) => init && id.name === name);
  return variable && { source, code: bare(variable.init), name: variable.id, doc };
}

/** Without what only the compiler reads. */
export function bare(code: Part): Part {
  const wraps = /^(TS(As|Satisfies|NonNull|TypeAssertion|InstantiationExpression).*|ParenthesizedExpression)$/;
  return wraps.test(code.type) ? bare(code.expression) : code;
}
