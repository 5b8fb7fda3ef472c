/** Writes the package's `schema.json`: the JSON Schema of documents with the built-in step types. */
import { writeFileSync } from "node:fs";
import { documentSchema } from "@millrace/document";

writeFileSync(new URL("../../schema.json", import.meta.url), `${JSON.stringify(documentSchema(), null, 2)}\n`);
