/**
 * The texts of a reply, as attempts of steps say them. An attempt that comes after another one says the same again from the
 * beginning, as far as models and code do: what is the same was shown already and is not shown twice; where it says something
 * else, a new part begins.
 */
import type { ShownPart, ShownText } from "./shown-part.js";
import type { Say } from "./told-parts.js";

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

/** Calls at the same time may use the same ids. */
const keyOf = ({ kind, source, call }: TextPlace) => `${kind} ${call} ${source}`;
const sourceOf = ({ kind, source }: TextPlace) => `${kind} ${source}`;

export class ReplyTexts {
  readonly #parts: ShownPart[];
  readonly #say: Say;
  /** Called before a text begins. */
  readonly #begins: () => void;
  /** Those that an attempt which is over has said: the next one may say them again. */
  readonly #stale = new Map<string, Set<ShownText>>();
  /** How many there are of an id, whichever calls say them. */
  readonly #taken = new Map<string, number>();
  readonly #byCall = new Map<string, ShownText[]>();
  readonly #open = new Set<ShownText>();
  readonly #live = new Map<string, ShownText>();
  readonly #echoes = new Map<string, Echo>();
  #made = 0;

  constructor(parts: ShownPart[], { say, begins }: { say: Say; begins: () => void }) {
    this.#parts = parts;
    this.#say = say;
    this.#begins = begins;
    for (const part of parts) if (part.kind === "text" || part.kind === "reasoning") this.#known(part);
  }

  /** Whether a text stands open on the wire. */
  get open(): boolean {
    return this.#open.size > 0;
  }

  start(place: TextPlace): void {
    this.end(place);
    if (!this.#listen(place)) this.#begin(place, "");
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
        this.#freshen(same);
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
    for (const part of this.#byCall.get(call) ?? []) {
      part.stale = true;
      this.#stale.get(keyOf(part))!.add(part);
      this.#live.delete(keyOf(part));
    }
  }

  /** The call has ended: nothing of it stays open. */
  endCall(call: string): void {
    for (const { place } of [...this.#echoes.values()]) if (place.call === call) this.end(place);
    for (const part of this.#byCall.get(call) ?? []) {
      this.#live.delete(keyOf(part));
      this.#close(part);
    }
  }

  endAll(): void {
    this.#echoes.clear();
    this.#live.clear();
    for (const part of this.#open) this.#close(part);
  }

  /** A text that nobody has streamed. */
  whole(kind: TextKind, text: string): void {
    this.#made += 1;
    this.#close(this.#begin({ kind, source: `whole:${this.#made}`, call: "" }, text));
  }

  /** What is said here may be what was shown before; undefined: nothing was that could be said again. */
  #listen(place: TextPlace): Echo | undefined {
    const candidates = [...(this.#stale.get(keyOf(place)) ?? [])];
    if (candidates.length === 0) return undefined;
    const echo: Echo = { place, said: [], length: 0, candidates };
    this.#echoes.set(keyOf(place), echo);
    return echo;
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
    const rest = said.slice(begun?.text.length ?? 0);
    if (begun) this.#freshen(begun);
    if (begun?.open) {
      this.#live.set(keyOf(echo.place), begun);
      return this.#append(begun, rest);
    }
    // what follows a text that was said to its end may be the next one: a question, say, stands between them
    const next = begun && this.#listen(echo.place);
    if (next) return this.#repeat(next, rest);
    for (const part of before) this.#close(part);
    this.#begin(echo.place, rest);
  }

  #begin({ kind, source, call }: TextPlace, text: string): ShownText {
    const taken = this.#taken.get(sourceOf({ kind, source, call })) ?? 0;
    const id = taken === 0 ? source : `${source}~${taken}`;
    const part: ShownText = { kind, id, source, call, text: "", open: true, stale: false };
    this.#begins();
    this.#parts.push(part);
    this.#known(part);
    this.#live.set(keyOf(part), part);
    this.#say({ type: `${kind}-start`, id }, { call, source });
    this.#append(part, text);
    return part;
  }

  #known(part: ShownText): void {
    const key = keyOf(part);
    const stale = this.#stale.get(key) ?? new Set();
    this.#stale.set(key, stale);
    if (part.stale) stale.add(part);
    this.#taken.set(sourceOf(part), (this.#taken.get(sourceOf(part)) ?? 0) + 1);
    if (part.open) this.#open.add(part);
    const ofCall = this.#byCall.get(part.call);
    if (ofCall) ofCall.push(part);
    else this.#byCall.set(part.call, [part]);
  }

  #freshen(part: ShownText): void {
    part.stale = false;
    this.#stale.get(keyOf(part))!.delete(part);
  }

  #append(part: ShownText, delta: string): void {
    if (delta === "") return;
    part.text += delta;
    this.#say({ type: `${part.kind}-delta`, id: part.id, delta });
  }

  #close(part: ShownText): void {
    if (!part.open) return;
    part.open = false;
    this.#open.delete(part);
    this.#say({ type: `${part.kind}-end`, id: part.id });
  }
}
