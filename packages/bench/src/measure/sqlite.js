/** better-sqlite3 as every contender without a driver of its own gets it: WAL, and the durability asked for. */
import { join } from "node:path";
import Database from "better-sqlite3";

/** @param {string} folder @param {"normal" | "full"} [durability] */
export function openDatabase(folder, durability = "normal") {
  const database = new Database(join(folder, "bench.db"));
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
  return database;
}

/** Loads the native module, which Node does at the first database and not at the import. */
export const loadSqlite = () => void new Database(":memory:").close();

export const checkpoint = (database) => database.pragma("wal_checkpoint(TRUNCATE)");
