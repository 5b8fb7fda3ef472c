/**
 * The chat over HTTP, with a page to it.
 *
 *   tsx serve.ts   http://127.0.0.1:3000
 */
import { SqlitePersistence } from "@millrace/sqlite";
import { serveParrot } from "./parrot.js";
import { serveSupport } from "./serve-support.js";

if (!process.env.OPENAI_API_KEY) {
  process.env.SUPPORT_MODEL ??= "demo/parrot";
  serveParrot();
}
const persistence = new SqlitePersistence(".millrace/millrace.db");
const served = await serveSupport({ persistence, port: Number(process.env.PORT ?? 3000) });
console.log(served.url);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void served.close().then(() => persistence.close()));
}
