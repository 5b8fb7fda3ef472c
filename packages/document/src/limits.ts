/** What a document may cost, whoever wrote it: to read, and in one call of one of its steps. */
export const limits = {
  /** Of one file, in bytes. */
  fileBytes: 1_000_000,
  /** Of all files of one load, in bytes, those of `!include` counted as often as they are included. */
  loadBytes: 3_000_000,
  /** Values in values. */
  depth: 60,
  /** Values of one load, those of aliases and of `!include` counted as often as they are used. */
  values: 50_000,
  /** Of one flow. */
  steps: 1_000,
  /** Of one load, includes counted. */
  files: 100,
  /** Problems that are listed; those beyond are counted. */
  problems: 100,
  /** Characters of one expression. */
  expressionLength: 2_000,
  /** Expressions of one text, and variables of the environment. */
  expressions: 1_000,
  /** What all expressions of one call of a step may do: operations, counted with the length of what they work on. */
  work: 2_000_000,
  /** Characters of one text that an expression or a template makes. */
  textLength: 10_000_000,
} as const;
