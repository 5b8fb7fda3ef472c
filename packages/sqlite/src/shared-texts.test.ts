import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { migrations } from "./schema.js";
import { SharedTexts } from "./shared-texts.js";

function opened() {
  const db = new Database(":memory:");
  for (const step of migrations) db.exec(step);
  const insert = db.prepare("INSERT INTO journal (id, entry, shared) VALUES (?, 'started 1 ', ?)");
  const drop = db.prepare("DELETE FROM journal WHERE id = ?");
  const count = db.prepare("SELECT count(*) FROM text").pluck();
  const size = db.prepare("SELECT coalesce(sum(length(data)), 0) FROM text").pluck();
  return { db, insert, drop, count: () => count.get(), size: () => size.get() as number, texts: new SharedTexts(db) };
}

const messages = (count: number, of = "x") =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      n: i,
      said: Array.from({ length: 50 }, (_, k) => `${of}${(i * 104_729 + k * 7919).toString(36)}`),
    }),
  ).join(",");

test("what texts have in common is stored once: a list that grows takes the room of what is added", () => {
  const { texts, size } = opened();
  const all = messages(400);
  texts.put(all.slice(0, 20_000));
  const turns = 100;
  for (let turn = 1; turn <= turns; turn++) texts.put(all.slice(0, 20_000 + turn * 1000));
  const last = 20_000 + turns * 1000;
  expect(size()).toBeLessThan(last * 5);
  const id = texts.put(all.slice(0, last));
  expect(texts.get(id)).toBe(all.slice(0, last));
});

test("whatever is put and dropped in whatever order: what is referred to is whole, and nothing else is left", () => {
  const text = fc.record({ count: fc.nat(120), of: fc.constantFrom("x", "y"), end: fc.string() });
  const steps = fc.array(fc.oneof(text, fc.record({ drop: fc.nat(30) }), fc.constant("sweep" as const)), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const { db, texts, insert, drop, count } = opened();
      const rows = new Map<number, { readonly shared: number; readonly text: string }>();
      let next = 0;
      for (const step of list) {
        if (step === "sweep") texts.sweep(1 + (next % 7));
        else if ("drop" in step) {
          drop.run(step.drop);
          rows.delete(step.drop);
        } else {
          const text = `${messages(step.count, step.of)}${step.end}!`;
          const shared = texts.put(text);
          insert.run(++next, shared);
          rows.set(next, { shared, text });
        }
        for (const { shared, text } of rows.values()) expect(texts.get(shared)).toBe(text);
      }
      for (const id of rows.keys()) drop.run(id);
      while (texts.sweep(50) > 0);
      expect(count()).toBe(0);
      db.close();
    }),
    { numRuns: 60 },
  );
});
