/**
 * The flow. What it knows stands in its state; the steps hand each other little.
 *
 *   collect → classify → features, fixes, performance, docs, rest (at once) → gather
 *     → review ⇄ reword (until all entries are fit, or `maxRounds`)
 *     → weigh → upgrade (only with breaking changes) → write
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { and, Flow, listen, or, route, router, start } from "millrace";
import { z } from "zod";
import { type Commit, classify, type Group, groups } from "./commits.js";
import { changedLines, readHistory } from "./history.js";
import { toMarkdown } from "./markdown.js";
import { faultOf, reword } from "./wording.js";

const Entry = z.object({
  hash: z.string(),
  group: z.enum(groups),
  scope: z.string().optional(),
  text: z.string(),
  breaking: z.string().optional(),
  changedLines: z.number().optional(),
});

export class ReleaseNotes extends Flow<typeof ReleaseNotes> {
  static state = z.object({
    /** A folder in a git repository. */
    repository: z.string(),
    /** The file that the notes are written to. */
    out: z.string(),
    since: z.string().optional(),
    limit: z.number().int().positive().default(500),
    wholeHistory: z.boolean().default(false),
    maxRounds: z.number().int().default(6),

    title: z.string().default(""),
    remark: z.string().optional(),
    live: z.boolean().default(false),
    entries: z.array(Entry).default([]),
    scopes: z.set(z.string()).default(() => new Set<string>()),
    rounds: z.number().default(0),
    breaking: z.array(z.string()).default([]),
  });

  static output = z.object({
    file: z.string(),
    entries: z.number(),
    breaking: z.number(),
    /** How often entries were reworded. */
    rounds: z.number(),
    /** Entries that were still not fit when the rounds were used up. */
    unfit: z.number(),
  });

  @start()
  async collect(): Promise<readonly Commit[]> {
    const { repository, since, limit, wholeHistory } = this.state;
    const { abortSignal } = this.call;
    const history = await readHistory({ repository, since, limit, whole: wholeHistory, abortSignal });
    const { title, remark, live, commits } = history;
    Object.assign(this.state, { title, live, ...(remark && { remark }) });
    return commits;
  }

  @listen("collect")
  classify(commits: readonly Commit[]) {
    const entries = commits.map(classify);
    this.state.entries = entries;
    return Object.fromEntries(groups.map((group) => [group, entries.filter((entry) => entry.group === group).length]));
  }

  // These five run at the same time, each on a draft of its own. What they write fits together: they write to different
  // elements of `entries`, and what is added to a set composes.
  @listen("classify") features() {
    return this.#measure("features");
  }
  @listen("classify") fixes() {
    return this.#measure("fixes");
  }
  @listen("classify") performance() {
    return this.#measure("performance");
  }
  @listen("classify") docs() {
    return this.#measure("docs");
  }
  @listen("classify") rest() {
    return this.#measure("rest");
  }

  @listen(and("features", "fixes", "performance", "docs", "rest"))
  gather(changed: Record<Group, number>) {
    // the largest changes first, within each group
    this.state.entries.sort((a, b) => (b.changedLines ?? 0) - (a.changedLines ?? 0));
    return { changedLines: groups.reduce((sum, group) => sum + changed[group], 0), scopes: this.state.scopes.size };
  }

  @router(or("gather", "reword"), { routes: ["unfit", "fit"] })
  review() {
    const unfit = this.state.entries.filter(({ text }) => faultOf(text)).map(({ hash }) => hash);
    if (unfit.length === 0 || this.state.rounds >= this.state.maxRounds) return route("fit", unfit);
    return route("unfit", unfit);
  }

  @listen("unfit")
  reword(hashes: readonly string[]) {
    const unfit = new Set(hashes);
    this.state.rounds++;
    for (const entry of this.state.entries) if (unfit.has(entry.hash)) entry.text = reword(entry.text);
    return { reworded: unfit.size };
  }

  @router("fit", { routes: ["breaking", "compatible"] })
  weigh() {
    return this.state.entries.some(({ breaking }) => breaking !== undefined) ? "breaking" : "compatible";
  }

  @listen("breaking")
  upgrade() {
    for (const { scope, breaking, hash } of this.state.entries) {
      if (breaking) this.state.breaking.push(`${scope ? `**${scope}**: ` : ""}${breaking} (${hash.slice(0, 8)})`);
    }
    return { breaking: this.state.breaking.length };
  }

  /** Writes the same file however often it runs: it has no need of an idempotency key. */
  @listen(or("upgrade", "compatible"))
  async write() {
    const { out, entries, breaking, rounds } = this.state;
    const unfit = entries.filter(({ text }) => faultOf(text)).length;
    await mkdir(dirname(out), { recursive: true });
    await writeFile(`${out}.part`, toMarkdown(this.state));
    await rename(`${out}.part`, out);
    return { file: out, entries: entries.length, breaking: breaking.length, rounds, unfit };
  }

  /** Asks the repository how large the changes of a group are; answers the sum. */
  async #measure(group: Group): Promise<number> {
    const entries = this.state.entries.filter((entry) => entry.group === group);
    const { repository, live } = this.state;
    const { abortSignal } = this.call;
    const hashes = live ? entries.map(({ hash }) => hash) : [];
    const sizes = await changedLines({ repository, abortSignal }, hashes);
    for (const entry of entries) {
      entry.changedLines ??= sizes.get(entry.hash) ?? 0;
      if (entry.scope) this.state.scopes.add(entry.scope);
    }
    return entries.reduce((sum, entry) => sum + (entry.changedLines ?? 0), 0);
  }
}
