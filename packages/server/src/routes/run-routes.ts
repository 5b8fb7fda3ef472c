/** `GET /runs/:id`. */
import { json, type Routes, runOf } from "../http/index.js";
import { runView } from "./run-view.js";

export const runRoutes: Routes = (app, server) => {
  app.get("/runs/:id", async (context) => {
    const { record, hosted } = await runOf(context, server, "read");
    return json(await runView(hosted.flow, record, server));
  });
};
