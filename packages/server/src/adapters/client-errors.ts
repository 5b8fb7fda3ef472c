/** What Node's server can't make a request of at all is answered as a problem too. */
import type { Server } from "node:http";
import { FlowError } from "millrace";
import { problemResponse } from "../http/index.js";

const errors: Readonly<Record<string, () => FlowError>> = {
  HPE_HEADER_OVERFLOW: () =>
    new FlowError("SERVER_HEADERS_TOO_LARGE", "The request's headers are larger than 16 KB.", {
      hint: "Send less in headers.",
    }),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new FlowError("SERVER_REQUEST_TIMEOUT", "The request did not arrive in time.", { hint: "Send it again." }),
};

export function answerClientErrors(server: Server): void {
  server.on("clientError", async (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy();
    const made = errors[error.code ?? ""] ?? notUnderstood;
    const problem = problemResponse(made());
    const body = await problem.text();
    const headers = [...problem.headers, ["content-length", String(Buffer.byteLength(body))], ["connection", "close"]];
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.end(`HTTP/1.1 ${problem.status} ${problemTitle(body)}\r\n${head}\r\n${body}`);
  });
}

const problemTitle = (body: string): string => (JSON.parse(body) as { title: string }).title;

function notUnderstood(): FlowError {
  return new FlowError("SERVER_REQUEST_INVALID", "The request is not what HTTP is.", { hint: "Send HTTP/1.1." });
}
