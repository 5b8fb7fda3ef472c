/**
 * Texts that have most in common with others, stored by their parts, each part once: the states that the runs of a session begin with.
 * A text is a tree: leaves are parts of it, the others list the ids of what they are made of. So a state that has grown by a message
 * takes about the message's room, whatever stood in it before.
 *
 * `refs` counts what is made of a text, and the rows that refer to it. Rows refer by a column `shared`; triggers of the schema take their
 * references back. What nothing refers to is taken away by `sweep`.
 */
import { hash } from "node:crypto";
import { cutText } from "./cut-text.js";
import type { SqliteDatabase } from "./driver.js";

type Statements = ReturnType<typeof prepare>;

interface Row {
  readonly list: number;
  readonly data: string;
}

/** A text shorter than this is not worth its parts. */
export const shortText = 4096;
/** A list ends after an id that this divides: about so many ids are in one. */
const listWidth = 32;
/** Texts that nothing refers to any more, and that go along with a write. */
const atOnce = 100;

export class SharedTexts {
  readonly #db: SqliteDatabase;
  /** New ones whose first reference is counted already, and not made yet. */
  readonly #fresh = new Set<number>();
  #prepared: Statements | undefined;

  constructor(db: SqliteDatabase) {
    this.#db = db;
  }

  /** Inside a transaction: stores a text; answers what a row is to refer to it by. */
  put(text: string): number {
    this.#fresh.clear();
    let ids = cutText(text).map((part) => this.#put(0, part));
    while (ids.length > 1) ids = listsOf(ids).map((list) => this.#put(1, list.join(" "), list));
    const [root] = ids as [number];
    this.#refer(root);
    this.sweep(atOnce);
    return root;
  }

  /** Of a damaged file less than the text. */
  get(id: number): string {
    const { list, data } = (this.#sql.read.get(id) as Row | undefined) ?? { list: 0, data: "" };
    if (list === 0) return data;
    let text = "";
    for (const part of data.split(" ")) text += this.get(Number(part));
    return text;
  }

  /** Takes some of the texts away that nothing refers to; answers how many. */
  sweep(most: number): number {
    let swept = 0;
    for (const id of this.#sql.unused.all(most) as number[]) {
      const { list, data } = this.#sql.read.get(id) as Row;
      this.#sql.drop.run(id);
      if (list === 1) for (const part of data.split(" ")) this.#sql.unrefer.run(Number(part));
      swept++;
    }
    return swept;
  }

  #put(list: 0 | 1, data: string, parts: readonly number[] = []): number {
    // half of a SHA-256: texts come from outside, and no two are to be taken for one
    const key = hash("sha256", `${list}${data}`, "buffer").subarray(0, 16);
    const known = this.#sql.find.get(key) as number | undefined;
    if (known !== undefined) return known;
    const id = Number(this.#sql.insert.run(key, list, data).lastInsertRowid);
    this.#fresh.add(id);
    for (const part of parts) this.#refer(part);
    return id;
  }

  #refer(id: number): void {
    if (!this.#fresh.delete(id)) this.#sql.refer.run(id);
  }

  get #sql(): Statements {
    this.#prepared ??= prepare(this.#db);
    return this.#prepared;
  }
}

/** Cut where an id says so, not after so many: lists that are alike but for their ends are the same up to there. */
function listsOf(ids: readonly number[]): number[][] {
  const lists: number[][] = [[]];
  for (const id of ids) {
    const last = lists.at(-1)!;
    last.push(id);
    if (last.length > 1 && (id % listWidth === 0 || last.length >= listWidth * 4)) lists.push([]);
  }
  return lists.filter((list) => list.length > 0);
}

function prepare(db: SqliteDatabase) {
  return {
    /** hash */
    find: db.prepare("SELECT id FROM text WHERE hash = ?").pluck(),
    /** hash, list, data */
    insert: db.prepare("INSERT INTO text (hash, list, data, refs) VALUES (?, ?, ?, 1)"),
    /** id */
    read: db.prepare("SELECT list, data FROM text WHERE id = ?"),
    /** id */
    refer: db.prepare("UPDATE text SET refs = refs + 1 WHERE id = ?"),
    /** id */
    unrefer: db.prepare("UPDATE text SET refs = refs - 1 WHERE id = ?"),
    /** limit */
    unused: db.prepare("SELECT id FROM text INDEXED BY text_unused WHERE refs = 0 LIMIT ?").pluck(),
    /** id */
    drop: db.prepare("DELETE FROM text WHERE id = ?"),
  };
}
