/** Pairs of calls that run at the same time: those that conflict, and those that compose to what is expected. */

export type Edit = (state: any) => unknown;

type Row = readonly [name: string, initial: object, mine: Edit, theirs: Edit];

const conflictRows: Row[] = [
  ["the same path", { n: 0 }, (s) => (s.n = 1), (s) => (s.n = 2)],
  ["the same path with equal values", { n: 0 }, (s) => s.n++, (s) => s.n++],
  ["equal objects", { o: {} }, (s) => (s.o.k = { a: 1 }), (s) => (s.o.k = { a: 1 })],
  ["a replaced ancestor, then a place in it", { o: { a: 1, b: 1 } }, (s) => (s.o = { a: 2, b: 1 }), (s) => (s.o.b = 2)],
  ["a place, then a replaced ancestor", { o: { a: 1, b: 1 } }, (s) => (s.o.b = 2), (s) => (s.o = { a: 2, b: 1 })],
  ["a deleted ancestor", { o: { a: 1 } }, (s) => delete s.o, (s) => (s.o.a = 2)],
  ["one key deleted twice", { o: { a: 1 } }, (s) => delete s.o.a, (s) => delete s.o.a],
  ["a key deleted and written", { o: { a: 1 } }, (s) => delete s.o.a, (s) => (s.o.a = 2)],
  ["push and shift", { l: [1, 2, 3] }, (s) => s.l.push(4), (s) => s.l.shift()],
  ["shift and push", { l: [1, 2, 3] }, (s) => s.l.shift(), (s) => s.l.push(4)],
  ["push and pop", { l: [1, 2, 3] }, (s) => s.l.push(4), (s) => s.l.pop()],
  ["push and unshift", { l: [1, 2, 3] }, (s) => s.l.push(4), (s) => s.l.unshift(0)],
  ["push and a splice in the middle", { l: [1, 2, 3] }, (s) => s.l.push(4), (s) => s.l.splice(1, 1)],
  ["push and sort", { l: [3, 2, 1] }, (s) => s.l.push(4), (s) => s.l.sort()],
  ["push and length", { l: [1, 2, 3] }, (s) => s.l.push(4), (s) => (s.l.length = 1)],
  ["sort and an edit inside", { l: [{ n: 2 }, { n: 1 }] }, (s) => s.l.reverse(), (s) => (s.l[0].n = 5)],
  ["an edit inside and splice", { l: [{ n: 2 }, { n: 1 }] }, (s) => (s.l[1].n = 5), (s) => s.l.splice(0, 1)],
  ["one element edited inside twice", { l: [{ n: 2 }] }, (s) => (s.l[0].n = 5), (s) => (s.l[0].n = 6)],
  ["an element replaced and a push", { l: [1, 2, 3, 4, 5, 6] }, (s) => (s.l[0] = 9), (s) => s.l.push(7)],
  ["two elements replaced", { l: [1, 2, 3, 4, 5, 6] }, (s) => (s.l[0] = 9), (s) => (s.l[5] = 9)],
  ["a Set replaced and an addition", { s: new Set([1]) }, (s) => (s.s = new Set([2])), (s) => s.s.add(3)],
  ["one key of a Map", { m: new Map([["a", 1]]) }, (s) => s.m.set("a", 2), (s) => s.m.set("a", 3)],
  ["a Map's new key", { m: new Map() }, (s) => s.m.set("a", 2), (s) => s.m.set("a", 2)],
  [
    "a Map's key deleted and edited",
    { m: new Map([["a", { n: 1 }]]) },
    (s) => s.m.delete("a"),
    (s) => (s.m.get("a").n = 3),
  ],
];

const composingRows: (readonly [...Row, expected: object])[] = [
  ["different keys", { a: 0, b: 0 }, (s) => s.a++, (s) => s.b++, { a: 1, b: 1 }],
  ["keys of one object", { o: {} }, (s) => (s.o.a = 1), (s) => (s.o.b = 2), { o: { a: 1, b: 2 } }],
  ["two pushes", { l: [0] }, (s) => s.l.push(1), (s) => s.l.push(1, 2), { l: [0, 1, 1, 2] }],
  ["a push and a concat", { l: [0] }, (s) => s.l.push(1), (s) => (s.l = [...s.l, 2]), { l: [0, 1, 2] }],
  [
    "a push and an edit inside",
    { l: [{ n: 0 }] },
    (s) => s.l.push({ n: 9 }),
    (s) => s.l[0].n++,
    { l: [{ n: 1 }, { n: 9 }] },
  ],
  [
    "an edit inside and a push",
    { l: [{ n: 0 }] },
    (s) => s.l[0].n++,
    (s) => s.l.push({ n: 9 }),
    { l: [{ n: 1 }, { n: 9 }] },
  ],
  [
    "edits inside different elements",
    { l: [{ n: 0 }, { n: 0 }] },
    (s) => (s.l[0].n = 1),
    (s) => (s.l[1].n = 2),
    { l: [{ n: 1 }, { n: 2 }] },
  ],
  [
    "different keys of one element",
    { l: [{ a: 0, b: 0 }] },
    (s) => s.l[0].a++,
    (s) => s.l[0].b++,
    { l: [{ a: 1, b: 1 }] },
  ],
  ["pushes to lists in lists", { l: [[0]] }, (s) => s.l[0].push(1), (s) => s.l[0].push(2), { l: [[0, 1, 2]] }],
  ["additions to a Set", { s: new Set([0]) }, (s) => s.s.add(1), (s) => s.s.add(2), { s: new Set([0, 1, 2]) }],
  ["the same addition", { s: new Set([0]) }, (s) => s.s.add(1), (s) => s.s.add(1), { s: new Set([0, 1]) }],
  ["an addition and a removal", { s: new Set([0]) }, (s) => s.s.add(1), (s) => s.s.delete(0), { s: new Set([1]) }],
  [
    "keys of a Map",
    { m: new Map([["a", 1]]) },
    (s) => s.m.set("a", 2),
    (s) => s.m.set("b", 3),
    {
      m: new Map([
        ["a", 2],
        ["b", 3],
      ]),
    },
  ],
  [
    'keys 1 and "1" of a Map',
    { m: new Map() },
    (s) => s.m.set(1, 2),
    (s) => s.m.set("1", 3),
    {
      m: new Map<unknown, number>([
        [1, 2],
        ["1", 3],
      ]),
    },
  ],
  ["a written value that is the base's", { n: 0 }, (s) => (s.n = 0), (s) => (s.n = 1), { n: 1 }],
];

export const conflicting = conflictRows.map(([name, initial, mine, theirs]) => ({ name, initial, mine, theirs }));

export const composing = composingRows.map(([name, initial, mine, theirs, expected]) => {
  return { name, initial, mine, theirs, expected };
});
