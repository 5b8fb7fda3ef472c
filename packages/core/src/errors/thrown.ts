/** What can be said of any thrown value, even one that resists being looked at: this never throws. */
export interface ThrownText {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

const longest = 200;

export function describeThrown(thrown: unknown): ThrownText {
  try {
    if (thrown instanceof Error) {
      const { name, message, stack } = thrown;
      return { name: String(name), message: String(message), ...(typeof stack === "string" && { stack }) };
    }
    if (typeof thrown !== "object" || thrown === null) return { name: typeof thrown, message: String(thrown) };
    return { name: "object", message: shortened(JSON.stringify(thrown) ?? String(thrown)) };
  } catch {
    return { name: "unknown", message: "(a value that can't be shown)" };
  }
}

const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
