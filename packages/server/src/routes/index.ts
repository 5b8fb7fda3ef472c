export { eventRoutes } from "./event-routes.js";
export { flowRoutes } from "./flow-routes.js";
export { type NewRunOptions, newRun, type StartedHere } from "./new-run.js";
export { runRoutes } from "./run-routes.js";
export { errorView, type RunView, recordView, runView } from "./run-view.js";
export { answerWhenDone, startRoutes, waitOf } from "./start-run.js";
