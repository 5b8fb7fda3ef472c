import type { FlowLogger } from "../definition/index.js";

const nothing = () => undefined;

/** Nothing is printed unless asked. */
export const silentLogger: FlowLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A logger whose own failures harm nobody. */
export function guardedLogger(logger: FlowLogger): FlowLogger {
  const guard =
    (level: keyof FlowLogger): FlowLogger["debug"] =>
    (message, fields) => {
      try {
        logger[level](message, fields);
      } catch {
        // there is nobody left to tell
      }
    };
  return { debug: guard("debug"), info: guard("info"), warn: guard("warn"), error: guard("error") };
}
