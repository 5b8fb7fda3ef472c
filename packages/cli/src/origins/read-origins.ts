/**
 * Where the steps of a flow are written, in which words and with which types, read from the source of its file. A picture says
 * it; nothing depends on it, so that a file that can't be read, or is written in another way, says nothing.
 */
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { StepOrigin } from "millrace";
import { builtOrigins } from "./built-origins.js";
import { classOrigins } from "./class-origins.js";
import { originOf } from "./origin-of.js";
import { Sources } from "./sources.js";

export interface OriginsOf {
  /** A module in TypeScript or JavaScript, by its whole path. */
  readonly file: string;
  /** The project: paths are told from there, so that no picture tells where it lies on a machine. */
  readonly root: string;
  /** Ask the project's TypeScript for types that nobody wrote, too. @default false */
  readonly types?: boolean;
  readonly className: string;
  readonly flowName: string;
}

export async function readOrigins({ types = false, ...of }: OriginsOf): Promise<Record<string, StepOrigin>> {
  const { file, root, className, flowName } = of;
  try {
    const { parseSync } = await import("oxc-parser");
    const sources = new Sources(parseSync);
    const source = sources.at(file);
    if (!source) return {};
    const found = [...builtOrigins(sources, source, flowName), ...classOrigins(sources, source, className)];
    const checked = types
      ? (await import("./checked-types.js")).checkedTypes({ ...of, steps: new Set(found.map(([name]) => name)) })
      : new Map<string, string>();
    return Object.fromEntries(
      found.map(([name, origin]) => {
        const signature = checked.get(name) ?? origin.signature;
        return [name, { ...origin, file: pathFrom(root, origin.file!), ...(signature !== undefined && { signature }) }];
      }),
    );
  } catch {
    return {};
  }
}

/** A step of a document, as its definition tells it. */
export interface DocumentStep {
  readonly name: string;
  readonly description?: string;
  readonly run: { readonly reference: string };
}

/** Steps of documents that run a function of the project, `./lib/steps.ts#load`: what stands at the function. */
export async function readReferences(
  root: string,
  steps: readonly DocumentStep[],
): Promise<Record<string, StepOrigin>> {
  const origins: Record<string, StepOrigin> = {};
  try {
    const { parseSync } = await import("oxc-parser");
    const sources = new Sources(parseSync);
    for (const { name, description, run } of steps) {
      const [path, exported = "default"] = run.reference.split("#");
      const source = path?.startsWith(".") ? sources.at(resolve(root, path)) : undefined;
      const meaning = source && sources.find(source, exported);
      if (!meaning?.code.params) continue;
      const origin = originOf(meaning.source, meaning, meaning.code);
      // What the document says of the step goes before what its function says of itself.
      const said = description ?? origin.description;
      origins[name] = {
        ...origin,
        file: pathFrom(root, meaning.source.file),
        ...(said !== undefined && { description: said }),
      };
    }
  } catch {
    // Nothing depends on it.
  }
  return origins;
}

function pathFrom(root: string, file: string): string {
  const path = relative(root, file);
  // On another drive there is no way from here to there.
  return isAbsolute(path) ? file.split(sep).at(-1)! : path.replaceAll(sep, "/");
}
