import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cached, cacheField, cacheKey, cacheTtlMs } from "./cached.js";
import { ResultStore } from "./result-store.js";

let folder: string;
let now = 0;
const store = (more = {}) => new ResultStore({ folder, now: () => now, ...more });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-cache-"));
  now = 1_000_000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const identity = { type: "code", config: { run: "./a.ts#a" }, params: { n: 1 } };

test("the same is answered again until its time is up; other parameters are another result", async () => {
  let made = 0;
  const call = (params: unknown) => cached({ ...identity, params }, { store: store(), ttlMs: 1000 }, () => ++made);
  expect([await call({ a: 1, b: 2 }), await call({ b: 2, a: 1 }), await call({ a: 1 })]).toEqual([1, 1, 2]);
  now += 999;
  expect(await call({ a: 1, b: 2 })).toBe(1);
  now += 1;
  expect(await call({ a: 1, b: 2 })).toBe(3);
});

test("values are what they were; nothing is a result too", async () => {
  const value = { at: new Date(5), big: 5n, bytes: new Uint8Array([1]), none: undefined, map: new Map([["a", 1]]) };
  await store().set("a", value);
  expect(await store().get("a", 1000)).toEqual({ value });
  await cached(identity, { store: store(), ttlMs: 1000 }, () => undefined);
  expect(await cached(identity, { store: store(), ttlMs: 1000 }, () => "new")).toBeUndefined();
});

test("a generator's chunks are its result", async () => {
  async function* words() {
    yield "a";
    yield "b";
  }
  expect(await cached(identity, { store: store(), ttlMs: 1000 }, words)).toBe("ab");
  expect(await cached(identity, { store: store(), ttlMs: 1000 }, words)).toBe("ab");
});

test("a failure is not kept", async () => {
  const failing = () => Promise.reject(new Error("no"));
  await expect(cached(identity, { store: store(), ttlMs: 1000 }, failing)).rejects.toThrow("no");
  expect(await cached(identity, { store: store(), ttlMs: 1000 }, () => 1)).toBe(1);
});

test("what can't be kept, or read, is made again", async () => {
  expect(await cached(identity, { store: store(), ttlMs: 1000 }, () => ({ f: () => 1 }))).toHaveProperty("f");
  expect(await cached(identity, { store: store({ maxLength: 10 }), ttlMs: 1000 }, () => "x".repeat(100))).toHaveLength(
    100,
  );
  writeFileSync(join(folder, "taken"), "");
  expect(await cached(identity, { store: store({ folder: join(folder, "taken", "in") }), ttlMs: 1000 }, () => 1)).toBe(
    1,
  );
  expect(readdirSync(folder)).toEqual(["taken"]);
  writeFileSync(join(folder, cacheKey(identity)!), "garbage");
  expect(await cached(identity, { store: store(), ttlMs: 1000 }, () => 2)).toBe(2);
});

test("what decides the result decides the key", () => {
  const keys = [
    identity,
    { ...identity, type: "http" },
    { ...identity, config: { run: "./b.ts#a" } },
    { ...identity, params: { n: "1" } },
    { ...identity, params: { n: 1n } },
    { ...identity, params: { n: undefined } },
    { ...identity, params: { n: new Date(1) } },
    { ...identity, connection: { baseUrl: "https://a.example" } },
    { ...identity, more: "hash" },
  ].map(cacheKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(cacheKey({ ...identity, params: () => 1 })).toBeUndefined();
});

test("the oldest go first", async () => {
  const small = store({ maxEntries: 5 });
  for (let i = 0; i <= 100; i++) await small.set(`k${i}`, i);
  expect(readdirSync(folder)).toHaveLength(5);
});

test("two processes at once", { timeout: 180_000 }, async () => {
  const script = `
    import { ResultStore } from ${JSON.stringify(new URL("./result-store.ts", import.meta.url).href)};
    const store = new ResultStore({ folder: ${JSON.stringify(folder)}, maxEntries: 50 });
    for (let i = 0; i < 300; i++) {
      await store.set("k" + (i % 60), { text: "x".repeat(5000), i: i % 60 });
      const found = await store.get("k" + (i % 60), 1e9);
      if (found && found.value.i !== i % 60) throw new Error("torn");
    }`;
  const run = promisify(execFile);
  const args = ["--conditions=millrace-source", "--import", "tsx", "--input-type=module", "-e", script];
  await Promise.all([run(process.execPath, args), run(process.execPath, args)]);
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a time to live", () => {
  expect(cacheTtlMs(cacheField.parse("1h"))).toBe(3_600_000);
  expect(cacheTtlMs(cacheField.parse({ ttl: 5 }))).toBe(5);
  expect(cacheField.safeParse("soon").success).toBe(false);
});

test("what is cut short, changed or stands in another's place is made again", async () => {
  const kept = store();
  await kept.set("a", { text: "x".repeat(900_000), n: 12345 });
  await kept.set("b", 1);
  const whole = readFileSync(join(folder, "a"), "utf8");
  expect(await kept.get("a", 1000)).toMatchObject({ value: { n: 12345 } });
  for (const damaged of ["", "1000000", whole.slice(0, -1), whole.replace("12345", "12346"), `${whole} `]) {
    writeFileSync(join(folder, "a"), damaged);
    expect(await kept.get("a", 1000)).toBeUndefined();
  }
  copyFileSync(join(folder, "b"), join(folder, "a"));
  expect(await kept.get("a", 1000)).toBeUndefined();
  expect(await kept.get("b", 1000)).toEqual({ value: 1 });
});

test("what a process that was killed left half written goes; what others are writing does not", async () => {
  writeFileSync(join(folder, "old.tmp"), "half");
  utimesSync(join(folder, "old.tmp"), 0, 0);
  writeFileSync(join(folder, "new.tmp"), "half");
  await store().set("a", 1);
  expect(readdirSync(folder).sort()).toEqual(["a", "new.tmp"]);
});

test("stores in one process write one entry at once, as large as may be", async () => {
  const value = (i: number) => ({ text: String(i).repeat(900_000) });
  await Promise.all(Array.from({ length: 8 }, (_, i) => store().set("a", value(i))));
  const found = (await store().get("a", 1000))!.value as { text: string };
  expect(found.text).toBe(String(found.text[0]).repeat(900_000));
  expect(readdirSync(folder)).toEqual(["a"]);
});
