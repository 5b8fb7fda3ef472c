/**
 * The names of Flow's own members, those of later releases included: no step may bear one, and the types of conditions
 * and outputs leave them out. A type test holds this list against `keyof Flow`.
 */
export const reservedNames = [
  "~types",
  "initialState",
  "state",
  "call",
  "kickoff",
  "continue",
  "stream",
  "resume",
  "signal",
  "runs",
  "events",
  "once",
  "sleep",
  "ask",
  "emit",
  "runFlow",
  "addUsage",
] as const;

export type ReservedName = (typeof reservedNames)[number];

/** The members that an author's class has beside Flow's own. Private and protected ones are not visible to types. */
export type OwnKeys<F> = Exclude<keyof F, ReservedName> & string;
