/** W8: Node starts, loads better-sqlite3 and writes one row. */
import Database from "better-sqlite3";

const database = new Database(":memory:");
database.exec("CREATE TABLE run (count INTEGER)");
database.prepare("INSERT INTO run VALUES (?)").run(1);
process.stdout.write(`done ${database.prepare("SELECT count FROM run").pluck().get()}\n`);
