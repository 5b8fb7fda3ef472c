import type { FlowLogger } from "../definition/index.js";

const nothing = () => undefined;

/** Nothing is printed unless asked. */
export const silentLogger: FlowLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
