/** A Postgres database for one cell, made on the server of MILLRACE_BENCH_POSTGRES and dropped afterwards. */
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";

const server = process.env.MILLRACE_BENCH_POSTGRES;

function urlOf(database) {
  if (server === undefined) throw new Error("MILLRACE_BENCH_POSTGRES is not set");
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement, in the server's own database unless another is named. */
export async function query(sql, database) {
  const client = new pg.Client({ connectionString: database === undefined ? server : urlOf(database) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export const dropDatabase = (name) => query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);

/** A new database, empty or a copy. "normal" gives up the wait for the disk as SQLite's NORMAL does. */
export async function createDatabase(name, { durability = "full", template } = {}) {
  await dropDatabase(name);
  await query(`CREATE DATABASE ${name}${template === undefined ? "" : ` TEMPLATE ${template} STRATEGY FILE_COPY`}`);
  await query(`ALTER DATABASE ${name} SET synchronous_commit = ${durability === "full" ? "on" : "off"}`);
}

/** Starts DBOS on a database; what it left unfinished there, it goes on with. */
export async function launch(database) {
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: urlOf(database),
    logLevel: "error",
    applicationVersion: "bench",
  });
  await DBOS.launch();
}

const sizeSql = `SELECT sum(pg_total_relation_size(c.oid)) AS bytes FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'dbos' AND c.relkind = 'r'`;

export const keptBytes = async (database) => Number((await query(sizeSql, database))[0].bytes);

/** How far the write-ahead log has got; of the whole server, so nothing else may write to it meanwhile. */
export const loggedBytes = async () =>
  Number((await query("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes"))[0].bytes);
