/** A server of one's own with flows under `/api` and a page beside; the page's code is put together when the server starts. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createServer, toNodeHandler } from "@millrace/server";
import { build } from "esbuild";
import type { FlowPersistence } from "millrace";

const page = (file: string) => fileURLToPath(new URL(`page/${file}`, import.meta.url));

/** Reads the flow when the model is known. */
export async function serveSupport({ persistence, port }: { persistence: FlowPersistence; port: number }) {
  const { Support } = await import("./support.js");
  const server = await createServer({ flows: [Support], persistence, basePath: "/api" });
  const handle = toNodeHandler(server);
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    "/": ["text/html; charset=utf-8", readFileSync(page("index.html"), "utf8")],
    "/page.js": ["text/javascript; charset=utf-8", await bundled(page("page.js"))],
  };
  const http = createHttpServer((request, response) =>
    handle(request, response, () => {
      const [type, text] = files[request.url ?? ""] ?? [];
      response
        .writeHead(type ? 200 : 404, { "content-type": type ?? "text/plain" })
        .end(text ?? "There is nothing here.\n");
    }),
  );
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** What runs comes to a commit, and goes on in the next process. */
    close: async () => {
      http.close();
      await server.close();
      http.closeAllConnections();
    },
  };
}

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]!.text;
}
