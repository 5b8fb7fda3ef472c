/** `GET /flows`, `/flows/:name` and `/flows/:name/graph`. */
import type { HostedFlow } from "../host/index.js";
import { flowOf, invalidRequest, json, queryOf, type Routes } from "../http/index.js";

export const flowRoutes: Routes = (app, server) => {
  app.get("/flows", (context) => {
    queryOf(context, []);
    const access = context.get("access");
    const flows = [...server.host.flows.values()].filter(({ name }) => access.sees(name));
    return json({ flows: flows.map(summary) });
  });
  app.get("/flows/:name", (context) => {
    const hosted = flowOf(context, server, "read");
    queryOf(context, []);
    return json({ ...summary(hosted), inputs: hosted.inputs, output: hosted.output });
  });
  app.get("/flows/:name/graph", (context) =>
    drawn(flowOf(context, server, "read"), queryOf(context, ["format"]).format),
  );
};

function summary({ name, kind, title, description }: HostedFlow): object {
  return { name, kind, ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

const types = { json: "application/json", mermaid: "text/plain", svg: "image/svg+xml", html: "text/html" } as const;

function drawn({ flowClass }: HostedFlow, format = "json"): Response {
  if (!Object.hasOwn(types, format)) {
    throw invalidRequest(
      "There is no drawing of this format.",
      `Give ?format= one of: ${Object.keys(types).join(", ")}.`,
    );
  }
  const kind = format as keyof typeof types;
  const text =
    kind === "json"
      ? JSON.stringify(flowClass.plot({ format: kind }))
      : kind === "mermaid"
        ? flowClass.plot({ format: kind })
        : flowClass.plot({ format: kind });
  return new Response(text, {
    headers: {
      "content-type": `${types[kind]}; charset=utf-8`,
      "cache-control": "no-store",
      // a page of its own: what is in it can ask this server for nothing
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; sandbox allow-scripts",
    },
  });
}
