/** `GET /openapi.json` and `/docs`, where `/` leads. */
import { baseOf, json, queryOf, type Routes } from "../http/index.js";
import { describeApi } from "./describe-api.js";
import { docsPage, docsPolicy } from "./docs-page.js";

export const apiRoutes: Routes = (app, server) => {
  const { host, hasAuth } = server;
  app.get("/openapi.json", (context) => {
    queryOf(context, []);
    const access = context.get("access");
    const flows = [...host.flows.values()].filter(({ name }) => access.may(name, "run"));
    return json(describeApi({ flows, base: baseOf(context, server), hasAuth }));
  });
};

/** The page itself tells nothing: what it shows it asks for, by a key that is typed in. */
export const docsRoutes: Routes = (app, server) => {
  app.get("/", (context) => {
    queryOf(context, []);
    return new Response(null, { status: 302, headers: { location: `${baseOf(context, server)}/docs` } });
  });
  app.get("/docs", (context) => {
    queryOf(context, []);
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
