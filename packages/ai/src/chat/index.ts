export { type AnswerOptions, answerFromHistory, endConversation } from "./conversation.js";
export { type IntentOptions, intent, intentRouter } from "./intent.js";
export { type Answer, reply } from "./messages.js";
