/**
 * Places an order, with trouble if you like.
 *
 *   tsx main.ts                        all goes well
 *   tsx main.ts --trouble no-courier   or: sold-out, flaky, slow, declined
 *   tsx main.ts --kill                 killed when the money is taken, before the step has been stored …
 *   tsx main.ts --resume <id>          … and gone on with: it is not taken twice
 *
 * Runs, stock, payments and parcels are in .millrace/order, or the folder given with --folder.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SqlitePersistence } from "@millrace/sqlite";
import { FlowError } from "millrace";
import { Order } from "./order.js";
import { Shop, type Trouble, troubles } from "./shop.js";

const { values } = parseArgs({
  options: {
    trouble: { type: "string" },
    kill: { type: "boolean", default: false },
    resume: { type: "string" },
    folder: { type: "string", default: ".millrace/order" },
  },
});
const { folder, kill, resume } = values;
if (values.trouble !== undefined && !isTrouble(values.trouble)) {
  console.error(`There is no trouble "${values.trouble}"; there are: ${troubles.join(", ")}.`);
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
const persistence = new SqlitePersistence(join(folder, "runs.db"));
let id = resume;
const shop = new Shop(folder, values.trouble, () => {
  if (!kill) return;
  console.log(`Killed with the money taken. Go on by: --resume ${id}`);
  process.kill(process.pid, "SIGKILL");
});
const orders = new Order(shop, { persistence });
orders.events.on("run.started", ({ runId }) => {
  id = runId;
});
orders.events.on("step.retrying", ({ step, attempt, error }) => console.log(`${step} ${attempt}: ${error.message}`));

try {
  const result = await (resume ? orders.resume(resume) : orders.kickoff({ item: "lamp", quantity: 2, cents: 4_900 }));
  for (const line of result.state.log) console.log(line);
  const { cents, payments, parcels } = shop.books();
  console.log(`The order is ${result.output?.status}.`);
  console.log(`Lamps left: ${shop.left("lamp")}; payments: ${payments} (${cents} cents); parcels: ${parcels}.`);
} catch (error) {
  if (!FlowError.is(error)) throw error;
  console.error(`${error.message}\n${error.hint}`);
  process.exitCode = 1;
} finally {
  await persistence.close();
}

function isTrouble(text: string): text is Trouble {
  return (troubles as readonly string[]).includes(text);
}
