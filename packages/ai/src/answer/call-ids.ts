/**
 * Ids of tool calls. Some services count from `call_0` in each answer, and whoever shows a chat finds a call by its id alone: each
 * is given one that no other call of any run has. Services are told their own again (told-ids.ts).
 */
import { createHash } from "node:crypto";

export class CallIds {
  readonly #place: string;
  readonly #own = new Set<string>();
  /** By the stream's own id: what it stands for now, and whether its call has come. */
  readonly #current = new Map<string, { readonly id: string; called: boolean }>();

  /** `place`: of the answer, its run included. Another attempt at it makes the same ids. */
  constructor(place: string) {
    this.#place = place;
  }

  /** The input of a call begins. */
  open(raw: string): string {
    const id = this.#unique(raw);
    this.#current.set(raw, { id, called: false });
    return id;
  }

  /** The call itself. */
  take(raw: string): string {
    const current = this.#current.get(raw);
    if (!current || current.called) this.open(raw);
    const now = this.#current.get(raw)!;
    now.called = true;
    return now.id;
  }

  at(raw: string): string {
    return this.#current.get(raw)?.id ?? this.open(raw);
  }

  #unique(raw: string): string {
    const begin = raw.replace(/[^\w-]/g, "_").slice(0, 20) || "call";
    let again = 1;
    let id = `${begin}_${this.#mark(raw, again)}`;
    while (this.#own.has(id)) id = `${begin}_${this.#mark(raw, ++again)}`;
    this.#own.add(id);
    return id;
  }

  /** Services take letters, digits, - and _, 40 of them at most. */
  #mark(raw: string, again: number): string {
    return createHash("sha256").update(`${this.#place} ${again} ${raw}`).digest("hex").slice(0, 16);
  }
}
