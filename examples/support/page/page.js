/** The page itself: shows the chat, sends what is typed, asks where a tool must not run by itself. */
import { openCall, openChat } from "./chat.js";

const api = "/api/flows/Support/chat";
// a reload comes back to the same chat
const id = location.hash.slice(1) || crypto.randomUUID();
location.hash = id;

const [list, problem, form] = ["#messages", "#problem", "form"].map((name) => document.querySelector(name));
const chat = await openChat(api, { id, changed: () => requestAnimationFrame(show) });
show();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (text === "") return;
  form.reset();
  void chat.sendMessage({ text });
});
document.querySelector("#stop").addEventListener("click", () => void chat.stopReply(api));

function show() {
  problem.textContent = chat.error?.message ?? "";
  list.replaceChildren(...chat.messages.flatMap(({ role, parts }) => parts.flatMap((part) => shown(part, role))));
  const call = chat.status === "ready" && openCall(chat.messages.at(-1));
  if (call) list.append(question(call));
}

function shown(part, role) {
  if (part.type === "text") return [line(part.text, role)];
  if (part.toolCallId === undefined) return [];
  return [line(`${part.toolName} ${JSON.stringify(part.input ?? {})}`, "tool")];
}

function line(text, name) {
  return Object.assign(document.createElement("p"), { textContent: text, className: name });
}

function question({ toolName, approval }) {
  const asked = line(`May ${toolName} be called? `, "tool");
  for (const approved of [true, false]) {
    const button = Object.assign(document.createElement("button"), { textContent: approved ? "Yes" : "No" });
    button.addEventListener("click", () => void chat.addToolApprovalResponse({ id: approval.id, approved }));
    asked.append(button);
  }
  return asked;
}
