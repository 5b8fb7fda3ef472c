export type { SqliteDatabase, SqliteDriver, SqliteStatement } from "./driver.js";
export { SqlitePersistence, type SqlitePersistenceOptions } from "./sqlite-persistence.js";
