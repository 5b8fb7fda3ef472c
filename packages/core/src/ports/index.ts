export type * from "./journal.js";
export type * from "./persistence.js";
