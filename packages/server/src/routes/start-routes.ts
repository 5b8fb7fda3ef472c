/** `POST /flows/:name`: starts a run, and waits for what comes of it as long as the request says. */
import { bodyOf, flowOf, queryOf, type Routes, waitOf } from "../http/index.js";
import { answerRun } from "./answer-run.js";
import { newRun } from "./new-run.js";
import { baseParameters, runBase } from "./run-base.js";

export const startRoutes: Routes = (app, server) => {
  app.post("/flows/:name", async (context) => {
    const hosted = flowOf(context, server, "run");
    const base = runBase(queryOf(context, ["wait", ...baseParameters]), context.get("access"));
    const waitMs = waitOf(context, server.limits.waitMs);
    const inputs = await bodyOf(context, server);
    const run = await newRun(hosted, { inputs, base, context, server });
    return answerRun({ run, hosted, waitMs, context, server });
  });
};
