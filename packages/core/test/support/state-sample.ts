/** A state with every kind of container in it, and the ways an author may change it; `v` is the value that he writes. */
export interface Item {
  id: number;
  n: number;
  tags: string[];
}

export interface Sample {
  n: number;
  nested: { a: number; b: { c: number; d?: string } };
  items: Item[];
  list: (number | undefined)[];
  map: Map<string, number | { v: number }>;
  set: Set<number | string>;
  at: Date;
  extra?: unknown;
  box?: unknown;
}

export const sample = (): Sample => ({
  n: 0,
  nested: { a: 1, b: { c: 2, d: "d" } },
  items: [0, 1, 2, 3].map((id) => ({ id, n: id, tags: ["x"] })),
  list: [1, 2, 3, 4, 5],
  map: new Map<string, number | { v: number }>([
    ["0", 0],
    ["1", { v: 1 }],
    ["2", { v: 2 }],
  ]),
  set: new Set<number | string>([0, 1, "a"]),
  at: new Date(0),
});

/** Values that a store must keep. */
const values: ((v: number) => unknown)[] = [
  (v) => ({ v, inner: [v, { v }] }),
  (v) => [v, [v]],
  (v) => new Map<string, unknown>([["k", { v }]]),
  (v) => new Set([v]),
  (v) => new Date(v),
  (v) => BigInt(v),
  (v) => new URL(`https://example.org/${v}`),
  (v) => new Uint8Array([v % 256, 1]),
  () => undefined,
  () => null,
];

export interface Edit {
  readonly op: string;
  readonly i: number;
  readonly j: number;
  readonly v: number;
}

const at = <T>(list: readonly T[], i: number): T | undefined => list[i % Math.max(1, list.length)];

const objectEdits: Record<string, (s: Sample, edit: Edit) => void> = {
  number: (s, { v }) => {
    s.n = v;
  },
  increment: (s) => {
    s.n++;
  },
  inner: (s, { v }) => {
    s.nested.a = v;
  },
  deep: (s, { v }) => {
    s.nested.b.c = v;
  },
  replaceInner: (s, { v }) => {
    s.nested.b = { c: v };
  },
  replaceOuter: (s, { v }) => {
    s.nested = { a: v, b: { c: s.nested.b.c, d: `${v}` } };
  },
  deleteKey: (s) => {
    delete s.nested.b.d;
  },
  addKey: (s, { v }) => {
    s.nested.b.d = `${v}`;
  },
  date: (s, { v }) => {
    s.at = new Date(v);
  },
  anything: (s, { i, v }) => {
    s.extra = at(values, i)?.(v);
  },
  deleteAnything: (s) => {
    delete s.extra;
  },
};

const arrayEdits: Record<string, (s: Sample, edit: Edit) => void> = {
  push: (s, { v }) => s.list.push(v),
  pushItem: (s, { v }) => s.items.push({ id: v, n: 0, tags: [] }),
  insideElement: (s, { i, v }) => {
    const item = at(s.items, i);
    if (item) item.n = v;
  },
  insideTags: (s, { i, v }) => at(s.items, i)?.tags.push(`${v}`),
  replaceElement: (s, { i, v }) => {
    if (s.items.length > 0) s.items[i % s.items.length] = { id: v, n: v, tags: [] };
  },
  replaceNumber: (s, { i, v }) => {
    if (s.list.length > 0) s.list[i % s.list.length] = v;
  },
  pop: (s) => s.list.pop(),
  shift: (s) => s.list.shift(),
  shiftItem: (s) => s.items.shift(),
  unshift: (s, { v }) => s.list.unshift(v),
  splice: (s, { i, j, v }) => s.items.splice(i % 5, j % 3, { id: v, n: v, tags: [] }),
  sort: (s) => s.list.sort((a, b) => (b ?? 0) - (a ?? 0)),
  reverse: (s) => s.items.reverse(),
  truncate: (s, { i }) => {
    s.list.length = Math.min(s.list.length, i);
  },
  hole: (s, { v }) => {
    s.list[s.list.length + 1] = v;
  },
  filter: (s, { i }) => {
    s.items = s.items.filter((_, index) => index !== i);
  },
  swap: (s, { i, j }) => {
    if (s.items.length === 0) return;
    const [a, b] = [i % s.items.length, j % s.items.length];
    [s.items[a], s.items[b]] = [s.items[b] as Item, s.items[a] as Item];
  },
  move: (s) => {
    s.box = s.items.pop();
  },
  copy: (s, { i }) => {
    s.box = { ...at(s.items, i) };
  },
};

const collectionEdits: Record<string, (s: Sample, edit: Edit) => void> = {
  mapSet: (s, { i, v }) => s.map.set(`${i}`, v),
  mapSetObject: (s, { i, v }) => s.map.set(`${i}`, { v }),
  mapDelete: (s, { i }) => s.map.delete(`${i}`),
  mapInside: (s, { i, v }) => {
    const value = s.map.get(`${i}`);
    if (typeof value === "object") value.v = v;
  },
  mapClear: (s) => s.map.clear(),
  add: (s, { i }) => s.set.add(i),
  addString: (s, { i }) => s.set.add(`${i}`),
  remove: (s, { i }) => s.set.delete(i),
  setClear: (s) => s.set.clear(),
  replaceSet: (s, { i }) => {
    s.set = new Set([i]);
  },
};

export const edits = { ...objectEdits, ...arrayEdits, ...collectionEdits };
