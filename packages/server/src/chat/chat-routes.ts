/** `/flows/:name/chat`: conversations with chat flows, in the protocol of the AI SDK's clients. */
import type { ServerResponse } from "node:http";
import { json, queryOf, type RouteServer, type Routes, readJson, type ServerContext } from "../http/index.js";
import { answerTurn } from "./answer-turn.js";
import { ChatFeeds } from "./chat-feeds.js";
import { activeRun, type ChatPlace, chatFlowOf, newestRun } from "./chat-place.js";
import { chatId, chatRequest, invalidChat } from "./chat-request.js";
import { listChats } from "./list-chats.js";
import type { ClientMajor } from "./reply/index.js";
import { messageForClient, replyResponse } from "./reply/index.js";
import { stopTurn } from "./stop-turn.js";
import { regenerate, submit } from "./tell-turn.js";
import { transcript } from "./transcript.js";
import type { Told } from "./turn-feed.js";

export const chatRoutes: Routes = (app, server) => {
  const feeds = new ChatFeeds(server);
  const placeOf = (context: ServerContext, verb: "read" | "run", given?: string): ChatPlace => {
    const { hosted, shape } = chatFlowOf(context, server, verb);
    queryOf(context, []);
    const id = chatId(given ?? context.req.param("id"));
    const access = context.get("access");
    return { hosted, shape, id, session: access.session(id), access, server, feeds };
  };

  app.post("/flows/:name/chat", async (context) => {
    const { shape } = chatFlowOf(context, server, "run");
    const { bodyBytes: maxBodyBytes } = server.chat;
    const limits = { maxBodyBytes, option: "chat.bodyBytes", maxDepth: server.limits.jsonDepth };
    const request = chatRequest(await readJson(context.req.raw, limits), { shape, system: server.chat.system });
    const place = placeOf(context, "run", request.id);
    const client = clientOf(context, server);
    const told = await done(place, request);
    return replyResponse({ ...told, client, hangUp: hangUpOf(context) });
  });

  app.get("/flows/:name/chat", async (context) => {
    const { hosted } = chatFlowOf(context, server, "read");
    return json(await listChats({ hosted, access: context.get("access") }, queryOf(context, ["cursor"]).cursor));
  });

  app.get("/flows/:name/chat/:id", async (context) => {
    const client = clientOf(context, server);
    const chat = await transcript(placeOf(context, "read"));
    return json({ ...chat, messages: chat.messages.map((message) => messageForClient(message, client)) });
  });

  app.get("/flows/:name/chat/:id/stream", async (context) => {
    const place = placeOf(context, "read");
    const client = clientOf(context, server);
    const told = await comeBack(place);
    // a client takes any other status for a failure of the chat
    if (!told) return new Response(null, { status: 204 });
    return replyResponse({ ...told, client, hangUp: hangUpOf(context) });
  });

  app.post("/flows/:name/chat/:id/stop", async (context) => json({ stopped: await stopTurn(placeOf(context, "run")) }));
};

/** How long after its end a reply is told to whoever asks: what has arrived of it, only the client knows. */
const keptMs = 60_000;

/** For a client that asks for what it has lost: the reply that is under way, or has just ended. */
async function comeBack(place: ChatPlace): Promise<Told | undefined> {
  const { feeds, hosted, server } = place;
  const run = (await activeRun(place)) ?? (await newestRun(place));
  if (run?.status === "running") return feeds.join(hosted, run.id).subscribe();
  if (!run || server.host.clock.now() - run.updatedAt > keptMs) return undefined;
  return (await feeds.stored(hosted, run.id)).subscribe();
}

function done(place: ChatPlace, request: ReturnType<typeof chatRequest>) {
  if (request.trigger === "regenerate-message") return regenerate(place, request);
  if (request.answering) return answerTurn(place, request.answering);
  if (request.last.role === "user") return submit(place, request);
  throw invalidChat("The last message is neither the user's nor an answer to what the assistant asks.");
}

/** How long a client that reads nothing is waited for, in ms. */
const flushMs = 1000;

/**
 * Hangs up when all that was told is out: before the head of an answer a client takes it for none. Undefined: what is below is no
 * server of Node's.
 */
function hangUpOf({ env }: ServerContext): (() => void) | undefined {
  const outgoing = env?.outgoing as ServerResponse | undefined;
  if (typeof outgoing?.destroy !== "function") return undefined;
  return () => {
    const destroy = () => void outgoing.destroy();
    setTimeout(destroy, flushMs).unref();
    const flush = () => {
      if (outgoing.destroyed) return;
      if (outgoing.headersSent) outgoing.write(": \n\n", destroy);
      else setTimeout(flush, 1).unref();
    };
    flush();
  };
}

/** Which major of `ai` the client has: the server's option, or what the request says. */
function clientOf({ req }: ServerContext, { chat }: RouteServer): ClientMajor {
  const said = req.header("x-ai-sdk-major");
  if (said === undefined) return chat.client;
  if (said === "5" || said === "6" || said === "7") return Number(said) as ClientMajor;
  throw invalidChat("The header x-ai-sdk-major is neither 5, 6 nor 7.");
}
