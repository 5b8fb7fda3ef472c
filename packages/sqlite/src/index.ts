export type { SqliteDatabase, SqliteDriver, SqliteStatement } from "./driver.js";
export { type DatabaseReport, inspectDatabase } from "./inspect-database.js";
export type { SqlitePersistenceOptions } from "./sqlite-options.js";
export { SqlitePersistence } from "./sqlite-persistence.js";
