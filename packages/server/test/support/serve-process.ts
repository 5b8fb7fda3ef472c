/** What a server in a process of its own does: `<name>-process <db> <port>`. Says its address on a line of its own, and drains on SIGTERM. */
import { SqlitePersistence } from "@millrace/sqlite";
import { createServer, type ServerOptions } from "../../src/index.js";

export async function serveProcess(options: Omit<ServerOptions, "persistence">): Promise<void> {
  const [file, port] = process.argv.slice(2) as [string, string];
  const persistence = new SqlitePersistence(file);
  const server = await createServer({ ...options, persistence });
  const { url } = await server.listen({ port: Number(port) });
  process.once("SIGTERM", async () => {
    await server.close();
    await persistence.close();
    process.exit(0);
  });
  console.log(url);
}
