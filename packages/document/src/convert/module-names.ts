/** The names at the top of the module that is written: what it imports and declares, each once. */
import { NoCounterpart } from "./no-counterpart.js";

export class ModuleNames {
  /** By module: the names there, and what they are called here. */
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #taken = new Map<string, string>();
  /** Names that a part of the text uses, while it is written. */
  #used: Set<string> | undefined;

  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.#taken.set(name, "");
  }

  /** What something that a module exports is called here. `type`: it is imported as a type alone. */
  imported(module: string, name: string, kind: "value" | "type" = "value"): string {
    const names = this.#imports.get(module) ?? new Map<string, string>();
    this.#imports.set(module, names);
    const key = kind === "type" ? `type ${name}` : name;
    let local = names.get(key);
    if (local === undefined) {
      const wanted = name === "default" ? nameOfModule(module) : name;
      local = this.declared(wanted);
      names.set(key, local);
    }
    this.#used?.add(local);
    return local;
  }

  /** A name for something of the module's own, as near to the wanted one as is free. */
  declared(wanted: string): string {
    const base =
      /^[A-Za-z_$][\w$]*$/.test(wanted) && !reservedWords.has(wanted) ? wanted : `_${wanted.replace(/\W/g, "_")}`;
    let name = base;
    for (let n = 2; this.#taken.has(name); n++) name = `${base}${n}`;
    this.#taken.set(name, name);
    return name;
  }

  /** Notes that a name of the module's own is used. */
  use(name: string): string {
    this.#used?.add(name);
    return name;
  }

  /** What `write` answers, and the names of the module that it has used. */
  watched<T>(write: () => T): { readonly made: T; readonly used: ReadonlySet<string> } {
    const before = this.#used;
    const used = new Set<string>();
    this.#used = used;
    try {
      return { made: write(), used };
    } finally {
      for (const name of used) before?.add(name);
      this.#used = before;
    }
  }

  /** The lines that import them, but for those that nothing uses. */
  linesWithout(unused: (local: string) => boolean): readonly string[] {
    return [...this.#imports]
      .map(([module, names]) => [module, [...names].filter(([, local]) => !unused(local))] as const)
      .filter(([, names]) => names.length > 0)
      .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
      .map(([module, names]) => {
        const given = names.map(([key, local]) => {
          const name = key.replace(/^type /, "");
          const kind = key.startsWith("type ") ? "type " : "";
          return `${kind}${name === local ? name : `${name} as ${local}`}`;
        });
        const bare = (text: string) => text.replace(/^type /, "").toLowerCase();
        given.sort((a, b) => (bare(a) < bare(b) ? -1 : 1));
        const inOne = `import { ${given.join(", ")} } from ${JSON.stringify(module)};`;
        return inOne.length <= 80
          ? inOne
          : `import {\n${given.map((one) => `  ${one},`).join("\n")}\n} from ${JSON.stringify(module)};`;
      });
  }
}

/** Packages before the project's own files. */
const rank = (module: string) => (module.startsWith(".") ? 1 : 0);

const nameOfModule = (module: string): string => {
  const name = module
    .replace(/\.\w+$/, "")
    .split("/")
    .at(-1)!;
  return name.replace(/[^A-Za-z0-9_$]+(\w)?/g, (_all, letter?: string) => letter?.toUpperCase() ?? "") || "run";
};

/** No variable can bear these. */
export const reservedWords: ReadonlySet<string> = new Set(
  "await arguments break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield async of".split(
    " ",
  ),
);

/** What a reference names, `"./steps.ts#research"`, as an import says it. */
export function moduleOf(reference: string): { readonly module: string; readonly name: string } {
  const [path = "", name = "default"] = reference.split("#");
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) throw new NoCounterpart(`${reference} has no name that can be imported`);
  const isPackage = /^(@[\w.-]+\/)?[a-z][\w.-]*(\/|$)/.test(path) && !/\.[mc]?[jt]sx?$/.test(path);
  const module = isPackage ? path : path.replace(/^(?!\.)/, "./").replace(/\.([mc]?)tsx?$/, ".$1js");
  return { module, name };
}
