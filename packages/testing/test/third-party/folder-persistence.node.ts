/** Run by node's own test runner. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { persistenceConformance } from "@millrace/testing";
import { FolderPersistence } from "./folder-persistence.js";

const folder = mkdtempSync(join(tmpdir(), "folder-persistence-"));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

for (const check of persistenceConformance({ create: () => new FolderPersistence(join(folder, String(++count))) }))
  test(check.name, check.run);
