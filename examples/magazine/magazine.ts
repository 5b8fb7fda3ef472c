/** A magazine of the pages of a folder: a step for each page runs a flow of its own, which shortens the page until it fits. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { collect, Flow, forEach, listen, or, route, router, start } from "millrace";
import { z } from "zod";

/** One article. The longer the page, the more rounds it takes. */
export class Article extends Flow<typeof Article> {
  static inputs = z.object({ path: z.string(), words: z.number().int().min(5) });
  static state = z.object({ words: z.number().default(0), rounds: z.number().default(0) });
  static output = z.object({ title: z.string(), text: z.string(), rounds: z.number() });

  @start() async read({ path, words }: { path: string; words: number }) {
    this.state.words = words;
    const [heading = "", ...paragraphs] = (await readFile(path, "utf8")).split(/\n{2,}/);
    const sentences = paragraphs.join(" ").split(/(?<=[.:!?])\s+/);
    return { title: heading.replace(/^#+ */, "") || basename(path), sentences };
  }

  @listen(or("read", "too long")) shorten({ title, sentences }: { title: string; sentences: string[] }) {
    this.state.rounds++;
    return { title, sentences: sentences.slice(0, Math.max(1, Math.floor(sentences.length / 2))) };
  }

  @router("shorten", { routes: ["too long", "fits"] }) check(draft: { title: string; sentences: string[] }) {
    const words = draft.sentences.join(" ").split(/\s+/).length;
    const fits = words <= this.state.words || draft.sentences.length === 1;
    return fits ? route("fits", draft) : route("too long", draft);
  }

  @listen("fits") finish({ title, sentences }: { title: string; sentences: string[] }) {
    return { title, text: sentences.join(" "), rounds: this.state.rounds };
  }
}

export class Magazine extends Flow<typeof Magazine> {
  static inputs = z.object({ folder: z.string(), words: z.number().int().default(40) });
  static state = z.object({ words: z.number().default(0) });
  static output = z.string();

  @start() async pages({ folder, words }: { folder: string; words: number }) {
    this.state.words = words;
    const names = (await readdir(folder)).filter((name) => name.endsWith(".md"));
    return names.sort().map((name) => join(folder, name));
  }

  @forEach("pages", { concurrency: 4 }) async article(path: string) {
    return this.runFlow(Article, { path, words: this.state.words });
  }

  @listen(collect("article")) bind(articles: { title: string; text: string }[]) {
    return articles.map(({ title, text }) => `${title.toUpperCase()}\n${text}`).join("\n\n");
  }
}
