/** Errors, which conditions such as `failed(x)` and `settled(x)` hand over, as data that expressions read and results hold. */
export function asData(value: unknown): unknown {
  if (value instanceof Error) {
    const { code, hint, details } = value as { code?: unknown; hint?: unknown; details?: unknown };
    return { name: value.name, message: value.message, ...(code !== undefined && { code, hint, details }) };
  }
  if (typeof value === "object" && value !== null && "error" in value && value.error instanceof Error) {
    return { ...value, error: asData(value.error) };
  }
  return value;
}
