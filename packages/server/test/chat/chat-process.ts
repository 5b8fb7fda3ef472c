/** A server of the chat flows in a process of its own: `chat-process <db> <port>`. Says its address, and drains on SIGTERM. */
import { SqlitePersistence } from "@millrace/sqlite";
import { createServer } from "../../src/index.js";
import { chatFlows } from "./chat-flows.js";
import { Show } from "./show-flow.js";

const [file, port] = process.argv.slice(2) as [string, string];
const persistence = new SqlitePersistence(file);
const server = await createServer({
  flows: [...chatFlows, Show],
  persistence,
  recoverEvery: "100ms",
  chat: { steps: false },
});
const { url } = await server.listen({ port: Number(port) });
process.once("SIGTERM", async () => {
  await server.close();
  await persistence.close();
  process.exit(0);
});
console.log(url);
