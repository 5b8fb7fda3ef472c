import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { schemaVersion } from "./schema.js";
import { codeOf, errorOf, newRun, opener, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, raw, closeAll } = opener();
afterEach(closeAll);

describe("what is something else is refused and left as it was", () => {
  const foreign: readonly { readonly name: string; readonly make: (file: string) => void }[] = [
    { name: "a text file", make: (file) => writeFileSync(file, "rivers\n") },
    { name: "a long file of noise", make: (file) => writeFileSync(file, Buffer.alloc(9000, 7)) },
    { name: "another program's database", make: (file) => foreignDatabase(file, "") },
    {
      name: "another program's database in WAL mode",
      make: (file) => foreignDatabase(file, "PRAGMA journal_mode = WAL"),
    },
    { name: "another program's marked database", make: (file) => foreignDatabase(file, "PRAGMA application_id = 7") },
    {
      name: "another program's database of our version",
      make: (file) => foreignDatabase(file, `PRAGMA user_version = ${schemaVersion}`),
    },
  ];

  test("a database that another program left with unfinished business", async () => {
    const [live, file] = [temp.file(), temp.file()];
    const db = raw(live);
    db.exec("PRAGMA journal_mode = WAL; CREATE TABLE run (name TEXT); INSERT INTO run VALUES ('a')");
    for (const suffix of ["", "-wal"]) copyFileSync(live + suffix, file + suffix);
    const before = ["", "-wal"].map((suffix) => readFileSync(file + suffix));
    expect(await codeOf(() => open(file).list({}))).toBe("PERSISTENCE_NOT_A_DATABASE");
    expect(["", "-wal"].map((suffix) => readFileSync(file + suffix))).toEqual(before);
  });

  function foreignDatabase(file: string, pragma: string): void {
    const db = new Database(file);
    db.exec(pragma);
    db.exec("CREATE TABLE run (name TEXT)");
    db.close();
  }

  test.each(foreign)("$name", async ({ make }) => {
    const file = temp.file();
    make(file);
    const before = readFileSync(file);
    const store = open(file);
    expect(await codeOf(() => store.create(newRun("a")))).toBe("PERSISTENCE_NOT_A_DATABASE");
    expect(await codeOf(() => store.list({}))).toBe("PERSISTENCE_NOT_A_DATABASE");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("a database of a newer release", async () => {
    const file = temp.file();
    await open(file).create(newRun("a"));
    const db = raw(file);
    db.pragma(`user_version = ${schemaVersion + 1}`);
    db.exec("ALTER TABLE run ADD COLUMN tomorrow TEXT");
    const error = await errorOf(() => open(file).get("a"));
    expect(error).toMatchObject({
      code: "PERSISTENCE_SCHEMA_NEWER",
      details: { found: schemaVersion + 1, supported: schemaVersion },
    });
    expect(db.pragma("user_version", { simple: true })).toBe(schemaVersion + 1);
  });

  test("a folder, and a path that leads nowhere", async () => {
    expect(await codeOf(() => open(temp.folder).list({}))).toBe("PERSISTENCE_CANT_OPEN");
    const nowhere = await errorOf(() => open(join(temp.folder, "no", "such", "flows.db")).list({}));
    expect(nowhere.code).toBe("PERSISTENCE_CANT_OPEN");
    expect(nowhere.message).toContain("there is no such folder");
    expect(existsSync(join(temp.folder, "no"))).toBe(false);
    const file = temp.file();
    writeFileSync(file, "");
    expect(await codeOf(() => open(join(file, "flows.db")).list({}))).toBe("PERSISTENCE_CANT_OPEN");
  });

  test("the next call tries again", async () => {
    const folder = join(temp.folder, "later");
    const store = open(join(folder, "flows.db"));
    expect(await codeOf(() => store.list({}))).toBe("PERSISTENCE_CANT_OPEN");
    mkdirSync(folder);
    expect(store.list({})).toEqual({ runs: [] });
  });
});
