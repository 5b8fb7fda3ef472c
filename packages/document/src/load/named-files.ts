/** The files that a caller of the loader named: documents, or folders of them. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { nearest } from "millrace";
import type { Problems } from "../problems/index.js";

export interface NamedFile {
  readonly path: string;
  /** As places name it. */
  readonly shown: string;
}

const isDocument = (name: string) => /\.ya?ml$/i.test(name);

/** Of a folder, the YAML files that stand in it, by name. What is not there is a problem. */
export function namedFiles(paths: readonly string[], problems: Problems): readonly NamedFile[] {
  return paths.flatMap((shown): readonly NamedFile[] => {
    const path = resolve(shown);
    if (!isFolder(path)) return exists(path) ? [{ path, shown }] : missing(path, shown, problems);
    const found = namesIn(path).filter(isDocument).sort();
    if (found.length > 0) return found.map((name) => ({ path: join(path, name), shown: join(shown, name) }));
    report(shown, problems, {
      message: `The folder ${shown} holds no documents.`,
      hint: "Documents end in .yaml or .yml.",
    });
    return [];
  });
}

function missing(path: string, shown: string, problems: Problems): [] {
  const near = nearest(basename(path), namesIn(dirname(path)));
  const meant = near === undefined ? undefined : join(dirname(shown), near);
  report(shown, problems, {
    message: `There is no file ${shown}${meant === undefined ? "." : `; is ${meant} meant?`}`,
    hint: "Name a document, or a folder of documents; paths go from where the program was started.",
    ...(meant !== undefined && { nearest: meant }),
  });
  return [];
}

function report(file: string, problems: Problems, words: Parameters<Problems["add"]>[2]): void {
  problems.add("DOCUMENT_FILE_INVALID", { place: { file, line: 1, column: 1 }, path: [] }, words);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
