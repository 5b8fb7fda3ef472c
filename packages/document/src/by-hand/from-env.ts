/**
 * Stands for a variable of the environment in a connection. It is read when a step is run, and what it holds comes out in no
 * result, error, event or journal.
 *
 * @param fallback Where the variable is not set, or empty.
 * @throws {FlowError} STEP_CONFIG_INVALID – when a step is run: it is not set, and there is no fallback
 * @example
 * const run = stepRunner({
 *   connections: { shop: { type: "http", baseUrl: "https://shop.example", auth: { bearer: fromEnv("SHOP_TOKEN") } } },
 * });
 */
export function fromEnv(name: string, fallback?: string): string {
  return fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`;
}
