/**
 * A process of the crash tests. `child <flow> <verb> <db> <run> [payload]` does one command, prints one JSON line and ends.
 * Without arguments it takes commands from the process that forked it, one after another, until that one is gone.
 */
import { type Command, carryOut, type Done } from "./commands.js";

export interface Order {
  readonly command: Command;
  readonly env: Readonly<Record<string, string>>;
}

const args = process.argv.slice(2);
if (args.length > 0) console.log(JSON.stringify(await carryOut(args as unknown as Command)));
else process.on("message", async (order: Order) => process.send!(await carryOutWith(order)));

async function carryOutWith({ command, env }: Order): Promise<Done> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await carryOut(command);
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
