/** Part of the build: writes `dist/schema.json`, the JSON Schema of documents with the built-in step types. */
import { mkdirSync, writeFileSync } from "node:fs";
import { documentSchema } from "./document-schema.js";

const folder = new URL("../../dist/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("schema.json", folder), `${JSON.stringify(documentSchema())}\n`);
