import type { FlowLogger } from "../definition/index.js";

/** The flow's logger, with run and step in every line. */
export function callLogger(logger: FlowLogger, mine: { readonly runId: string; readonly step: string }): FlowLogger {
  return {
    debug: (message, fields) => logger.debug(message, { ...mine, ...fields }),
    info: (message, fields) => logger.info(message, { ...mine, ...fields }),
    warn: (message, fields) => logger.warn(message, { ...mine, ...fields }),
    error: (message, fields) => logger.error(message, { ...mine, ...fields }),
  };
}
