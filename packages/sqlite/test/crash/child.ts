/** A process of the crash tests: `child <flow> <verb> <db> <run> [payload]`. */
import { type Command, carryOut } from "./commands.js";
import { serve } from "./serve.js";

void serve((command: Command) => carryOut(command));
