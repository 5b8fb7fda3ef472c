/** W8: Node starts, loads Millrace and zod, and a flow of one step runs. */
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

const { state } = await new Cold().kickoff();
process.stdout.write(`done ${state.count}\n`);
