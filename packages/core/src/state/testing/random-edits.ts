/** Random edits of a state with a bit of everything, for property tests. */
import fc from "fast-check";

/** A random edit: where to go from the root (indexes into the keys met), what to do there, and with which value. */
export interface Edit {
  readonly to: readonly number[];
  readonly what: number;
  readonly at: number;
  readonly value: unknown;
}

type Any = any;

const { value } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom("a", "b", "", undefined, null, true, -0, Number.NaN, 10n),
    fc.integer({ min: 0, max: 2 }).map((ms) => new Date(ms)),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom<unknown>("a", 1, "1", null, true, 2n, Number.NaN), tie("value")), {
        maxLength: 3,
      })
      .map((entries) => new Map(entries)),
    fc.array(fc.constantFrom<unknown>("a", "b", 1, 2, null), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));

export const edits = fc.array(
  fc.record<Edit>({
    to: fc.array(fc.nat(5), { maxLength: 4 }),
    what: fc.nat(15),
    at: fc.nat(5),
    value,
  }),
  { maxLength: 6 },
);

export function startState(): object {
  return {
    n: 0,
    name: "x",
    user: { name: "u", address: { city: "c", zip: 1 } },
    list: [1, 2, 3],
    items: [{ id: 1, n: 0 }, { id: 2, n: 0, tags: ["t"] }, { id: 3 }],
    rec: { a: 1, b: { c: 2 } },
    map: new Map<unknown, unknown>([
      ["a", { x: 1 }],
      [1, new Map([["in", new Set(["s"])]])],
    ]),
    tags: new Set(["a", "b"]),
    at: new Date(5),
  };
}

function keysOf(container: Any): unknown[] {
  if (container instanceof Map) return [...container.keys()];
  return container instanceof Set ? [] : Object.keys(container);
}

const isContainer = (given: unknown): boolean =>
  typeof given === "object" && given !== null && !(given instanceof Date);

function set(target: object, key: string | number, value: unknown): void {
  Reflect.set(target, key, value);
}

const isPlain = (given: unknown): boolean => isContainer(given) && Object.getPrototypeOf(given) === Object.prototype;

export function run(root: Any, all: readonly Edit[]): void {
  for (const { to, what, at, value } of all) {
    let place = root;
    for (const step of to) {
      const keys = keysOf(place);
      const key = keys[step % Math.max(keys.length, 1)] as Any;
      const child = place instanceof Map ? place.get(key) : place[key];
      if (isContainer(child)) place = child;
    }
    edit(place, { what, at, value: structuredClone(value), root });
  }
}

function edit(place: Any, { what, at, value, root }: { what: number; at: number; value: unknown; root: Any }): void {
  if (place instanceof Set) {
    const member = ["a", "b", "c", 1][at % 4];
    [
      () => place.add(member),
      () => place.delete(member),
      () => place.clear(),
      () => place.delete(member) && place.add(member),
    ][what % 4]?.();
    return;
  }
  const keys = keysOf(place) as Any[];
  const key = keys[at % Math.max(keys.length, 1)];
  if (place instanceof Map) {
    const moved = () => {
      const old = place.get(key);
      if (place.delete(key)) place.set(key, old);
    };
    [() => place.set(["a", 1, "1", "new"][at % 4], value), () => place.delete(key), () => place.clear(), moved][
      what % 4
    ]?.();
  } else if (Array.isArray(place)) editArray(place, { what, at, value, root });
  else editObject(place, { what, key: key ?? "a", value, root });
}

function editArray(
  place: Any[],
  { what, at, value, root }: { what: number; at: number; value: unknown; root: Any },
): void {
  const index = at % Math.max(place.length, 1);
  const other = (at + 1) % Math.max(place.length, 1);
  const acts: (() => unknown)[] = [
    () => place.push(value),
    () => place.push(value, at),
    () => place.pop(),
    () => place.shift(),
    () => place.unshift(value),
    () => place.splice(index, 1, value, value),
    () => place.reverse(),
    () => place.sort((a, b) => String(a).localeCompare(String(b))),
    () => set(place, index, value),
    () => set(place, place.length + 1, value),
    () => set(place, "length", index),
    () => ([place[index], place[other]] = [place[other], place[index]]),
    () => delete place[index],
    () => Array.isArray(root.list) && set(root, "list", [...root.list, value]),
    () => isPlain(place[index]) && Object.assign(place[index], { a: at }),
    () =>
      Array.isArray(root.items) &&
      set(
        root,
        "items",
        root.items.map((item: Any) => (isPlain(item) ? { ...item, seen: at } : item)),
      ),
  ];
  acts[what]?.();
}

function editObject(
  place: Any,
  { what, key, value, root }: { what: number; key: string; value: unknown; root: Any },
): void {
  const acts: (() => unknown)[] = [
    () => set(place, key, value),
    () => set(place, "extra", value),
    () => delete place[key],
    () => {
      const old = place[key];
      delete place[key];
      place[key] = old;
    },
    () => set(place, key, isPlain(place[key]) ? { ...place[key] } : value),
    () => place !== root && set(root, "copied", place),
    () => place !== root && set(root, "wrapped", { in: [place] }),
    () => set(place, "n", `${String(place.n)}+`),
    () => isPlain(root.user) && set(root, "user", { ...root.user, name: "other" }),
    () => root.tags instanceof Set && set(root, "tags", new Set([...root.tags, "z"])),
    () => set(root, "at", new Date(9)),
    () => set(place, key, undefined),
    () => ([root.user, root.rec] = [root.rec, root.user]),
  ];
  acts[what]?.();
}

/** A value as text that shows kinds and orders. */
export function show(given: Any): string {
  if (given instanceof Map) return `Map(${[...given].map(([key, item]) => `${show(key)}=>${show(item)}`)})`;
  if (given instanceof Set) return `Set(${[...given].map(show)})`;
  if (given instanceof Date) return `Date(${given.getTime()})`;
  if (Array.isArray(given)) return `[${Array.from(given, show)}]`;
  if (isContainer(given)) return `{${Object.keys(given).map((key) => `${key}:${show(given[key])}`)}}`;
  return typeof given === "string"
    ? JSON.stringify(given)
    : Object.is(given, -0)
      ? "-0"
      : `${String(given)}${typeof given === "bigint" ? "n" : ""}`;
}
