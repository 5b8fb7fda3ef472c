/**
 * A text whose values are kept apart, for a field such as the `url` of `http`: each is encoded for where it stands.
 *
 * @example
 * await runStep(http, { url: parts`https://api.example.com/users/${id}` }, this);
 */
export function parts(texts: TemplateStringsArray, ...values: readonly unknown[]): PartedText {
  return texts.flatMap((text, i) => (i === 0 ? [text] : [values[i - 1], text]));
}

/** Texts at even positions, values at odd ones. */
export type PartedText = readonly unknown[];
