/** W8: as cold.js, with SQLite. */
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, start } from "millrace";
import { z } from "zod";
import { addStep } from "./add-step.js";

class Cold extends Flow {
  static state = z.object({ count: z.number().default(0) });
}
const method = async function () {
  this.state.count++;
};
addStep(Cold, "step", { on: start(), method });

const { state } = await new Cold({ persistence: new SqlitePersistence(":memory:") }).kickoff();
process.stdout.write(`done ${state.count}\n`);
