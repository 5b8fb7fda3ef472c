/**
 * What a step's parameters are made of: plain values, and `{ $ref: ["parse", "text"] }`, `{ $ref, settled: true }`,
 * `{ $ref, orElse: { value } }`, `{ $template: { texts, values } }`, `{ $value: { … } }` around an object with such keys of its own.
 */
export type BindingData =
  | string
  | number
  | boolean
  | null
  | readonly BindingData[]
  | { readonly [key: string]: BindingData };
