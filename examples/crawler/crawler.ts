/**
 * Counts lines and words of all files of a folder: one step finds them, one is called for each of them, eight at a time, and
 * one puts the results together. What can't be read is told, and holds nothing up. `tsx crawler.ts ../docs .md`
 */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { and, collect, Flow, forEach, listen, type Settled, settled, start } from "millrace";
import { z } from "zod";

interface Counted {
  readonly path: string;
  readonly lines: number;
  readonly words: number;
}

export class Crawl extends Flow<typeof Crawl> {
  static inputs = z.object({ folder: z.string(), ending: z.string().default("") });

  @start()
  async find({ folder, ending }: { folder: string; ending: string }) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending));
    return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  }

  @forEach("find", { concurrency: 8, onError: "collect", retry: { attempts: 2 }, timeout: "10s" })
  async count(path: string): Promise<Counted> {
    const text = await readFile(path, { encoding: "utf8", signal: this.call.abortSignal });
    return { path, lines: text.split("\n").length - 1, words: text.split(/\s+/).filter(Boolean).length };
  }

  @listen(and("find", collect(settled("count"))))
  unreadable({ find, count }: { find: string[]; count: Settled<Counted>[] }) {
    return find.filter((_, index) => count[index]?.status === "failed");
  }

  @listen(collect("count"))
  report(all: Counted[]) {
    const sum = (of: "lines" | "words") => all.reduce((total, file) => total + file[of], 0);
    const [longest] = all.toSorted((a, b) => b.words - a.words);
    return { files: all.length, lines: sum("lines"), words: sum("words"), longest: longest?.path };
  }
}

// as a program, not where a test takes the flow
if (process.argv[1] === import.meta.filename) {
  const [folder = ".", ending = ""] = process.argv.slice(2);
  const result = await new Crawl().kickoff({ folder: resolve(folder), ending });
  if (result.status === "completed") {
    console.log(result.output);
    for (const path of result.outputs.unreadable ?? []) console.error(`can't be read: ${path}`);
  }
}
