/** What answers hold, whichever flow they are about. */
import { errorCodes } from "millrace";
import { ref, runStatus, text } from "./parts.js";
import type { Schema } from "./types.js";

const moment: Schema = { type: "string", format: "date-time" };
const place: Schema = {
  type: "object",
  required: ["run", "position"],
  properties: { run: text, position: { type: "integer" } },
};
const list = (items: Schema): Schema => ({ type: "array", items });
const page = (name: string, item: Schema): Schema => ({
  type: "object",
  required: [name],
  properties: {
    [name]: list(item),
    next: { ...text, description: "The cursor of the next page; absent: this is the last." },
  },
});

const summary = {
  name: text,
  kind: { type: "string", enum: ["complete", "chat"] },
  title: text,
  description: text,
};

export const schemas: Readonly<Record<string, Schema>> = {
  Problem: {
    type: "object",
    description: "What went wrong (RFC 9457).",
    required: ["type", "title", "status", "code", "detail"],
    properties: {
      type: text,
      title: text,
      status: { type: "integer" },
      code: { type: "string", enum: Object.keys(errorCodes) },
      detail: text,
      hint: { ...text, description: "The way out." },
      run: text,
      step: text,
      question: { type: "string", description: "The question whose answer does not fit." },
      problems: list({
        type: "object",
        required: ["path", "message"],
        properties: { path: list({ type: ["string", "integer"] }), message: text },
      }),
    },
  },
  FlowSummary: { type: "object", required: ["name", "kind"], properties: summary },
  Flow: {
    type: "object",
    required: ["name", "kind", "inputs", "output"],
    properties: {
      ...summary,
      inputs: { type: "object", description: "What it takes, as JSON Schema." },
      output: { type: "object", description: "What it answers, as JSON Schema." },
    },
  },
  FlowList: { type: "object", required: ["flows"], properties: { flows: list(ref("FlowSummary")) } },
  Run: {
    type: "object",
    required: ["id", "flow", "status", "createdAt", "updatedAt", "position"],
    properties: {
      id: text,
      flow: text,
      status: runStatus,
      createdAt: moment,
      updatedAt: moment,
      output: { description: "Of a run that has completed." },
      error: ref("Problem"),
      refused: {
        type: "object",
        description:
          "Of a run that could not be taken up here, and stands where it stood: it is tried again now and then.",
        required: ["error", "since", "nextTry"],
        properties: { error: ref("Problem"), since: moment, nextTry: moment },
      },
      waitingFor: list({ type: "object", required: ["kind", "name"], properties: { kind: text, name: text } }),
      usage: { type: "object", additionalProperties: { type: "number" } },
      session: text,
      parent: text,
      forkedFrom: place,
      continues: place,
      position: { type: "integer", description: "Entries that its journal has." },
    },
  },
  RunList: page("runs", ref("Run")),
  RunState: { type: "object", required: ["id", "state"], properties: { id: text, state: {} } },
  Event: {
    type: "object",
    description: "What has happened in a run: docs/events.md.",
    required: ["type", "runId", "flow", "at"],
    properties: {
      type: text,
      runId: text,
      flow: text,
      at: { type: "number" },
      eventId: { ...text, description: "Where it stands: what `after` and `Last-Event-ID` take." },
      position: { type: "integer", description: "Of its journal entry." },
    },
  },
  EventList: page("events", ref("Event")),
  Question: {
    type: "object",
    required: ["id", "run", "flow", "step", "number", "prompt", "schema", "askedAt"],
    properties: {
      id: text,
      run: text,
      flow: text,
      step: text,
      number: { type: "integer" },
      prompt: text,
      schema: { description: "What an answer must look like, as JSON Schema." },
      value: { description: "What it is about." },
      outcomes: { ...list(text), description: "Of an approval: what may be decided." },
      askedAt: moment,
      until: moment,
    },
  },
  QuestionList: page("questions", ref("Question")),
  Decision: {
    type: "object",
    description: "The answer to an approval; any other question says in `schema` what it takes.",
    required: ["outcome"],
    properties: { outcome: text, feedback: {} },
  },
  LinkWish: {
    type: "object",
    additionalProperties: false,
    properties: {
      outcome: { ...text, description: "Of an approval: the only one that the link allows." },
      expiresIn: { ...text, description: "A duration up to a year.", default: "7d" },
    },
  },
  Link: {
    type: "object",
    required: ["url", "question", "expiresAt"],
    properties: { url: text, question: text, outcome: text, expiresAt: { ...text, format: "date-time" } },
  },
  Health: { type: "object", required: ["status"], properties: { status: { type: "string", enum: ["ok"] } } },
};
