export { type AnswerRunOptions, answerRun, driveOn, type RunUnderWay } from "./answer-run.js";
export { bodyAs } from "./body-as.js";
export { driveRoutes } from "./drive-routes.js";
export { eventRoutes } from "./event-routes.js";
export { flowRoutes } from "./flow-routes.js";
export { healthRoutes, type ServerMetrics, serverMetrics } from "./keeping-routes.js";
export { linkMakingRoutes, linkRoutes } from "./link-routes.js";
export { idempotencyKey, type NewRunOptions, newRun, refuseBusy } from "./new-run.js";
export { type HostedQuestion, questionOf, questionRoutes } from "./question-routes.js";
export { runRoutes } from "./run-routes.js";

export { errorView, type RunView, type RunViewOptions, recordView, runView } from "./run-view.js";
export { scheduleRoutes } from "./schedule-routes.js";
export { startRoutes } from "./start-routes.js";
