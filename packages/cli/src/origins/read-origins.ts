/**
 * Where the steps of a flow are written, in which words and with which types, read from the source of its file. A picture says
 * it; nothing depends on it, so that a file that can't be read, or is written in another way, says nothing.
 */
import { readFile } from "node:fs/promises";
import type { StepOrigin } from "millrace";
import { builtOrigins } from "./built-origins.js";
import { classOrigins } from "./class-origins.js";
import { SourceText } from "./source-text.js";

export interface OriginsOf {
  /** A module in TypeScript or JavaScript; its path is told as it is given. */
  readonly file: string;
  readonly className: string;
  readonly flowName: string;
}

const modules = /\.[cm]?[jt]sx?$/;

export async function readOrigins({ file, className, flowName }: OriginsOf): Promise<Record<string, StepOrigin>> {
  if (!modules.test(file)) return {};
  try {
    const text = await readFile(file, "utf8");
    const { parseSync } = await import("oxc-parser");
    const source = new SourceText(text, parseSync(file, text));
    return Object.fromEntries([...builtOrigins(source, file, flowName), ...classOrigins(source, file, className)]);
  } catch {
    return {};
  }
}
