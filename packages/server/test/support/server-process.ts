/** A server of the crash tests: `server-process <db> <port>`. Says its address on a line of its own, and drains on SIGTERM. */
import { SqlitePersistence } from "@millrace/sqlite";
import { createServer } from "../../src/index.js";
import { Parcel } from "./parcel.js";

const [file, port] = process.argv.slice(2) as [string, string];
const persistence = new SqlitePersistence(file);
const server = await createServer({ flows: [Parcel], persistence, recoverEvery: "200ms" });
const { url } = await server.listen({ port: Number(port) });
process.once("SIGTERM", async () => {
  await server.close();
  await persistence.close();
  process.exit(0);
});
console.log(url);
