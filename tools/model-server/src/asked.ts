import type { IncomingHttpHeaders } from "node:http";
import type { ChatRequest } from "./chat-request.js";

/** A request that was understood, as the server remembers it. */
export interface Asked {
  /** From 1. */
  readonly number: number;
  readonly headers: IncomingHttpHeaders;
  readonly request: ChatRequest;
  /**
   * "answered": all was sent, down to the last byte. "left": the client went before that. "broken": the script broke off, or sent
   * garbage. "refused": an error was sent.
   */
  readonly outcome: "open" | "answered" | "left" | "broken" | "refused";
}

/** As the server itself holds it. */
export type AskedSoFar = { -readonly [K in keyof Asked]: Asked[K] };
