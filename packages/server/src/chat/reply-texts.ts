/**
 * The texts of a reply, as attempts of steps say them. An attempt that comes after another one says the same again from the
 * beginning, as far as models and code do: what is the same was shown already and is not shown twice; where it says something
 * else, a new part begins.
 */
import type { ShownPart, ShownText } from "./shown-part.js";
import type { WireChunk } from "./wire-chunk.js";

type TextKind = ShownText["kind"];

/** Where a text is said: by which call, and its id there. */
interface TextPlace {
  readonly kind: TextKind;
  readonly source: string;
  readonly call: string;
}

/** A text that has only repeated so far what was shown before. */
interface Echo {
  readonly place: TextPlace;
  readonly said: string[];
  length: number;
  candidates: readonly ShownText[];
}

const keyOf = ({ kind, source }: TextPlace) => `${kind} ${source}`;

export class ReplyTexts {
  readonly #parts: ShownPart[];
  readonly #send: (chunk: WireChunk) => void;
  /** Called before a text begins. */
  readonly #begins: () => void;
  readonly #live = new Map<string, ShownText>();
  readonly #echoes = new Map<string, Echo>();
  #made = 0;

  constructor(parts: ShownPart[], { send, begins }: { send: (chunk: WireChunk) => void; begins: () => void }) {
    this.#parts = parts;
    this.#send = send;
    this.#begins = begins;
  }

  /** Whether a text stands open on the wire. */
  get open(): boolean {
    return this.#texts().some(({ open }) => open);
  }

  start(place: TextPlace): void {
    const key = keyOf(place);
    this.end(place);
    const candidates = this.#texts().filter(
      ({ kind, stale, source }) => stale && kind === place.kind && (source ?? place.source) === place.source,
    );
    if (candidates.length > 0) this.#echoes.set(key, { place, said: [], length: 0, candidates });
    else this.#begin(place, "");
  }

  say(place: TextPlace, delta: string): void {
    const key = keyOf(place);
    if (!this.#live.has(key) && !this.#echoes.has(key)) this.start(place);
    const echo = this.#echoes.get(key);
    if (echo) return this.#repeat(echo, delta);
    this.#append(this.#live.get(key)!, delta);
  }

  end(place: TextPlace): void {
    const key = keyOf(place);
    const echo = this.#echoes.get(key);
    if (echo) {
      this.#echoes.delete(key);
      const same = echo.candidates.find(({ text }) => text.length === echo.length);
      if (same) {
        same.stale = false;
        this.#close(same);
      } else if (echo.length > 0) this.#close(this.#begin(place, echo.said.join("")));
    }
    const live = this.#live.get(key);
    if (!live) return;
    this.#live.delete(key);
    this.#close(live);
  }

  /** Another attempt of the call is over or begins: what it has said may be said again. */
  suspend(call: string): void {
    for (const echo of [...this.#echoes.values()]) if (echo.place.call === call) this.#echoes.delete(keyOf(echo.place));
    for (const part of this.#texts()) {
      if (part.call !== call) continue;
      part.stale = true;
      if (part.source !== undefined) this.#live.delete(keyOf(part as TextPlace));
    }
  }

  /** The call has ended: nothing of it stays open. */
  endCall(call: string): void {
    for (const { place } of [...this.#echoes.values()]) if (place.call === call) this.end(place);
    for (const part of this.#texts()) {
      if (part.call !== call) continue;
      if (part.source !== undefined) this.#live.delete(keyOf(part as TextPlace));
      this.#close(part);
    }
  }

  endAll(): void {
    this.#echoes.clear();
    this.#live.clear();
    for (const part of this.#texts()) this.#close(part);
  }

  /** A text that nobody has streamed. */
  whole(kind: TextKind, text: string): void {
    this.#made += 1;
    this.#close(this.#begin({ kind, source: `whole:${this.#made}`, call: "" }, text));
  }

  #repeat(echo: Echo, delta: string): void {
    const before = echo.candidates;
    const same = before.filter(({ text }) => text.startsWith(delta, echo.length));
    echo.said.push(delta);
    if (same.length > 0) {
      echo.length += delta.length;
      echo.candidates = same;
      return;
    }
    this.#echoes.delete(keyOf(echo.place));
    const said = echo.said.join("");
    const begun = before.find(({ text }) => text !== "" && said.startsWith(text));
    if (begun?.open) {
      begun.stale = false;
      this.#live.set(keyOf(echo.place), begun);
      return this.#append(begun, said.slice(begun.text.length));
    }
    for (const part of before) this.#close(part);
    this.#begin(echo.place, said.slice(begun?.text.length ?? 0));
  }

  #begin({ kind, source, call }: TextPlace, text: string): ShownText {
    const taken = this.#texts().filter((part) => part.source === source && part.kind === kind).length;
    const id = taken === 0 ? source : `${source}~${taken}`;
    const part: ShownText = { kind, id, source, call, text: "", open: true, stale: false };
    this.#begins();
    this.#parts.push(part);
    this.#live.set(keyOf({ kind, source, call }), part);
    this.#send({ type: `${kind}-start`, id });
    this.#append(part, text);
    return part;
  }

  #append(part: ShownText, delta: string): void {
    if (delta === "") return;
    part.text += delta;
    this.#send({ type: `${part.kind}-delta`, id: part.id, delta });
  }

  #close(part: ShownText): void {
    if (!part.open) return;
    part.open = false;
    this.#send({ type: `${part.kind}-end`, id: part.id });
  }

  #texts(): ShownText[] {
    return this.#parts.filter((part): part is ShownText => part.kind === "text" || part.kind === "reasoning");
  }
}
