/**
 * A file put in place of another, whole or not at all: a draft is written in a folder beside it that is the call's own, and takes its
 * place. Drafts bear the mark of their process, so that two that write for one call at once, one of them taken for dead, never share
 * one; what a process that is gone has left is taken away.
 */
import { createHash } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Drafts that this process is writing, and how many there were. */
const writing = new Set<string>();
let drafts = 0;

/** `key`: the same in every attempt of a call. */
export async function replaceFile(place: string, bytes: Uint8Array, key: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const mark = createHash("sha256").update(key).digest("hex").slice(0, 12);
  const folder = join(dirname(place), `.${basename(place).slice(0, 100)}.${mark}.tmp`);
  const draft = join(folder, `${process.pid}-${++drafts}`);
  writing.add(draft);
  try {
    await writeWhole(draft, bytes);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    writing.delete(draft);
    // where it is not empty, another attempt is writing: it takes the folder away
    await rmdir(folder).catch(() => undefined);
  }
}

async function writeWhole(draft: string, bytes: Uint8Array): Promise<void> {
  const file = await opened(draft);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function opened(draft: string) {
  for (let again = 0; ; again++) {
    await ownFolder(dirname(draft));
    try {
      // Exclusively: a link that somebody put there would be followed.
      return await open(draft, "wx");
    } catch (error) {
      // another attempt has just taken the folder away
      if (codeOf(error) !== "ENOENT" || again === 100) throw error;
    }
  }
}

/** There, no link, and without what processes that are gone have left in it. */
async function ownFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
    return;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const found = await lstat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new Error(`${basename(folder)} stands in the way`);
  for (const name of await readdir(folder).catch(() => [])) {
    const draft = join(folder, name);
    const pid = Number(/^(\d+)-\d+$/.exec(name)?.[1]);
    const isLeft = pid === process.pid ? !writing.has(draft) : pid > 0 && !isAlive(pid);
    if (isLeft) await rm(draft, { force: true });
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // it is there, and somebody else's
    return codeOf(error) === "EPERM";
  }
}
