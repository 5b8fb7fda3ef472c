/** A server of the chat flows: `chat-process <db> <port>`. */
import { serveProcess } from "../support/serve-process.js";
import { chatFlows } from "./chat-flows.js";
import { Show } from "./show-flow.js";

void serveProcess({ flows: [...chatFlows, Show], recoverEvery: "100ms", chat: { steps: false } });
