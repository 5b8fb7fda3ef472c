export type * from "./clock.js";
export { decodeData, decodeEntry, encodeData, encodeEntry, entryTime, type StoredPlace } from "./entry-codec.js";
export type * from "./events.js";
export type * from "./journal.js";
export type * from "./maybe-promise.js";
export { MemoryPersistence, type MemoryPersistenceOptions } from "./memory-persistence.js";
export type * from "./persistence.js";
export {
  claimLost,
  persistenceClosed,
  runEnded,
  runExists,
  runNotFound,
  runOwned,
  sessionBusy,
} from "./persistence-errors.js";
export type * from "./queries.js";
export type * from "./question.js";
export {
  isAfter,
  type QuestionPlace,
  questionPage,
  type ReadQuestionQuery,
  readQuestionQuery,
} from "./question-query.js";
export type * from "./run-port.js";
export {
  type ReadDueRunQuery,
  type ReadPruneQuery,
  type ReadRunQuery,
  type RunPlace,
  readDueRunQuery,
  readPruneQuery,
  readRunQuery,
  runCursor,
} from "./run-query.js";
export type * from "./run-record.js";
export type * from "./schedule.js";
export { type ReadScheduleQuery, readScheduleQuery, schedulePage } from "./schedule-query.js";
export { ownerIsDead, thisOwner } from "./this-owner.js";
export type * from "./usage.js";
export type * from "./waiting-for.js";
export { type Wakes, wakesOf } from "./wakes-of.js";
