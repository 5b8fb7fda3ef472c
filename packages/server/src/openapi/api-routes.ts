/** `GET /openapi.json` and `/docs`. */
import { json, type Routes } from "../http/index.js";
import { describeApi } from "./describe-api.js";
import { docsPage, docsPolicy } from "./docs-page.js";

export const apiRoutes: Routes = (app, { host, basePath, hasAuth }) => {
  app.get("/openapi.json", (context) => {
    const access = context.get("access");
    const flows = [...host.flows.values()].filter(({ name }) => access.may(name, "run"));
    return json(describeApi({ flows, basePath, hasAuth }));
  });
};

/** The page itself tells nothing: what it shows it asks for, by a key that is typed in. */
export const docsRoutes: Routes = (app) => {
  app.get("/docs", () => {
    return new Response(docsPage, {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": docsPolicy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      },
    });
  });
};
