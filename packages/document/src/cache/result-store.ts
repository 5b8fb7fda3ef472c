/**
 * Results by key, in files of one folder: whole or not at all, so that any number of processes may share it. What can't be read is
 * not there. Bounded: the ones that were written first go first.
 */
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

/** How many are written before the folder is looked at for what goes. */
const sweepEvery = 100;

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
      const end = text.indexOf("\n");
      const age = this.#options.now() - Number(text.slice(0, end));
      return age >= 0 && age < ttlMs ? { value: decodeData(text.slice(end + 1)) } : undefined;
    } catch {
      return undefined;
    }
  }

  /** A value that can't be kept, or a folder that can't be written, is no failure of the step that made it. */
  async set(key: string, value: unknown): Promise<void> {
    const { folder, maxLength, now } = this.#options;
    const draft = `${this.#place(key)}.${process.pid}.${++this.#written}.tmp`;
    try {
      const text = encodeData(value);
      if (text.length > maxLength) return;
      await mkdir(folder, { recursive: true });
      await writeFile(draft, `${now()}\n${text}`);
      await rename(draft, this.#place(key));
      if (this.#written % sweepEvery === 0) await this.sweep();
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  /** Takes away what is more than `maxEntries`. */
  async sweep(): Promise<void> {
    const { folder, maxEntries } = this.#options;
    const names = await readdir(folder);
    if (names.length <= maxEntries) return;
    const aged = await Promise.all(
      names.map(async (name) => ({
        name,
        at: await stat(join(folder, name)).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      })),
    );
    aged.sort((a, b) => a.at - b.at);
    for (const { name } of aged.slice(0, names.length - maxEntries)) await rm(join(folder, name), { force: true });
  }

  #place(key: string): string {
    return join(this.#options.folder, key);
  }
}
