/** Every route, with bodies that make some sense there: what the fuzzer of routes begins with. */
import type { KnownRoute } from "./any-request.js";

const get = (path: string): KnownRoute => ({ method: "GET", path });
const post = (path: string, ...bodies: string[]): KnownRoute => ({ method: "POST", path, bodies });
const inputs = [
  '{"name":"Ada"}',
  '{"name":"Ada","at":"2026-01-01T00:00:00Z"}',
  "{}",
  '{"name":5}',
  '{"name":"a","nose":1}',
];

const message = '{"id":"m1","role":"user","parts":[{"type":"text","text":"hello"}]}';
const chats = [
  `{"id":"c1","messages":[${message}],"trigger":"submit-message"}`,
  `{"id":"c2","messages":[${message.replace("m1", "m2")}],"trigger":"submit-message","tone":5}`,
  `{"id":"c1","messages":[${message}],"trigger":"regenerate-message","messageId":"m1"}`,
  ...['{"id":"c1","messages":[],"trigger":"submit-message"}', '{"id":"c1","messages":[5]}', '{"id":5,"messages":{}}'],
  '{"id":"c1","messages":[{"id":"x","role":"assistant","parts":[{"type":"tool-x","toolCallId":"a","state":"output-available"}]}]}',
];
const due = '"cron":"0 4 * * *"';
const schedules = [
  `{"id":"nightly","flow":"Hello",${due},"inputs":{"name":"Ada"}}`,
  `{"flow":"Hello",${due},"inputs":{"name":5}}`,
  `{"flow":"None",${due}}`,
  ...['{"flow":"Hello","cron":"x"}', '{"cron":"* * * * *"}', `{"flow":"Hello",${due},"timeZone":"Mars/Olympus"}`],
];

export const routes: readonly KnownRoute[] = [
  ...[get("/flows"), get("/flows/:flow"), get("/flows/:flow/graph"), get("/runs"), get("/runs/:run")],
  ...[get("/runs/:run/events"), get("/runs/:run/state"), get("/questions"), get("/questions/:question")],
  ...[get("/healthz"), get("/readyz"), get("/metrics"), get("/openapi.json"), get("/docs"), get("/schedules")],
  ...[get("/flows/:flow/chat"), get("/flows/:flow/chat/:chat"), get("/flows/:flow/chat/:chat/stream")],
  ...[post("/flows/:flow", ...inputs), post("/flows/:flow/stream", ...inputs), post("/flows/:flow/chat", ...chats)],
  ...[post("/flows/Memo/chat", ...chats), get("/flows/Memo/chat/:chat"), get("/flows/Memo/chat/:chat/stream")],
  post("/flows/:flow/chat/:chat/stop", "{}"),
  post("/runs/:run/cancel", "{}", '{"reason":"no more"}', '{"reason":5}'),
  post("/runs/:run/resume", "{}"),
  post(
    "/runs/:run/fork",
    "{}",
    '{"at":1}',
    '{"at":2,"state":{"n":5}}',
    '{"at":"count"}',
    '{"at":99}',
    '{"state":{"n":"x"}}',
  ),
  post("/runs/:run/signals/:signal", '{"n":1}', '{"n":"x"}', "5"),
  post("/questions/:question", "5", '"x"', '{"outcome":"yes","feedback":{"note":"good"}}', '{"outcome":"none"}'),
  post(
    "/questions/:question/links",
    "{}",
    '{"outcome":"yes"}',
    '{"expiresIn":"3d"}',
    '{"expiresIn":5}',
    '{"outcome":5}',
  ),
  ...[get("/"), get("/links/:token")],
  post(
    "/links/:token",
    ...[
      '{"outcome":"yes","feedback":{"note":"good"}}',
      "5",
      "value=5",
      "value=x",
      "value=",
      "outcome=yes&feedback.note=good",
    ],
  ),
  ...["session=s1", "session=s1&from=null", "session=s1&from=:run", "continues=:run"].map((query) =>
    post(`/flows/:flow?${query}`, ...inputs),
  ),
  post("/schedules", ...schedules),
  ...[get("/schedules/:schedule"), post("/schedules/:schedule/run", "{}")],
  { method: "PATCH", path: "/schedules/:schedule", bodies: ['{"enabled":false}', '{"cron":"x"}', ...schedules] },
  { method: "DELETE", path: "/schedules/:schedule" },
];
