/** Options that nobody reads are told, with the name that is meant: a misspelt one would do nothing, in silence. */
import { type ErrorCode, FlowError, nearest } from "millrace";

export interface Known {
  readonly code: ErrorCode;
  /** Whose options: "A model can't be called like this". */
  readonly what: string;
  readonly names: readonly string[];
  /** What is called otherwise here: the name, or a sentence that says what to do. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** @throws {FlowError} of the code that is given – one of the options is unknown */
export function refuseUnknown(given: object, { code, what, names, elsewhere = {} }: Known): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || names.includes(name)) continue;
    const other = Object.hasOwn(elsewhere, name) ? elsewhere[name]! : undefined;
    const meant = other === undefined ? nearest(name, names) : names.includes(other) ? other : undefined;
    throw new FlowError(
      code,
      `${what}: there is no option "${name}"${meant === undefined ? "." : `; is "${meant}" meant?`}`,
      {
        hint: meant !== undefined ? `Write \`${meant}\`.` : (other ?? `There are: ${names.join(", ")}.`),
      },
    );
  }
}
