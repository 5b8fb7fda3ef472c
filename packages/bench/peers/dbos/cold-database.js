import { DBOS } from "@dbos-inc/dbos-sdk";
import { createDatabase, launch } from "./database.js";

const workflow = DBOS.registerWorkflow(async () => DBOS.runStep(async () => 1, { name: "step" }), { name: "cold" });
const database = "millrace_bench_cold";
if (process.argv[2] === "--prepare") await createDatabase(database);
await launch(database);
const count = await workflow();
process.stdout.write(`done ${count}\n`, () => process.exit(0));
