/**
 * Results by key, in files of one folder: whole or not at all, so that any number of processes may share it. A file begins with when it
 * was written and a hash of its key and text: what is damaged, cut short or stands in another's place is not there. Bounded: the ones
 * that were written first go first.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeData, encodeData } from "millrace";

export interface ResultStoreOptions {
  readonly folder: string;
  /** @default 10,000 */
  readonly maxEntries?: number;
  /** Of one result, as text. Larger ones are not kept. @default 1,000,000 */
  readonly maxLength?: number;
  /** In milliseconds. @default the system's clock */
  readonly now?: () => number;
}

/** How many are written before the folder is looked at for what goes; the first time at once, for a process may write no more. */
const sweepEvery = 100;
/** What a process that was killed has left half written is older than this. */
const draftMs = 600_000;

export class ResultStore {
  readonly #options: Required<ResultStoreOptions>;
  #written = 0;

  constructor(options: ResultStoreOptions) {
    this.#options = { maxEntries: 10_000, maxLength: 1_000_000, now: Date.now, ...options };
  }

  /** Undefined: there is none that is younger than `ttlMs`. */
  async get(key: string, ttlMs: number): Promise<{ readonly value: unknown } | undefined> {
    try {
      const text = await readFile(this.#place(key), "utf8");
      const [, at, hash, data = ""] = /^(\d+) (\w+)\n(.*)$/s.exec(text) ?? [];
      const age = this.#options.now() - Number(at);
      if (!(age >= 0 && age < ttlMs) || hash !== hashOf(key, data)) return undefined;
      return { value: decodeData(data) };
    } catch {
      return undefined;
    }
  }

  /** A value that can't be kept, or a folder that can't be written, is no failure of the step that made it. */
  async set(key: string, value: unknown): Promise<void> {
    const { folder, maxLength, now } = this.#options;
    const draft = `${this.#place(key)}.${randomUUID()}.tmp`;
    try {
      const text = encodeData(value);
      if (text.length > maxLength) return;
      await mkdir(folder, { recursive: true });
      await writeFile(draft, `${now()} ${hashOf(key, text)}\n${text}`);
      await rename(draft, this.#place(key));
      if (this.#written++ % sweepEvery === 0) await this.sweep();
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  /** Takes away what is more than `maxEntries`, and what was never finished. */
  async sweep(): Promise<void> {
    const { folder, maxEntries } = this.#options;
    const names = await readdir(folder);
    const drafts = await aged(
      folder,
      names.filter((name) => name.endsWith(".tmp")),
    );
    for (const { name, at } of drafts) if (at < Date.now() - draftMs) await rm(join(folder, name), { force: true });
    const results = names.filter((name) => !name.endsWith(".tmp"));
    if (results.length <= maxEntries) return;
    const oldest = (await aged(folder, results)).sort((a, b) => a.at - b.at).slice(0, results.length - maxEntries);
    for (const { name } of oldest) await rm(join(folder, name), { force: true });
  }

  #place(key: string): string {
    return join(this.#options.folder, key);
  }
}

const hashOf = (key: string, text: string) => createHash("sha256").update(`${key}\n${text}`).digest("hex");

/** With when they were written; one that is gone by now is the oldest. */
function aged(folder: string, names: readonly string[]): Promise<{ readonly name: string; readonly at: number }[]> {
  return Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return { name, at: found?.mtimeMs ?? 0 };
    }),
  );
}
