import { z } from "zod";

/** `connections:` of `type: sqlite`: a database file of the project. */
export const sqliteConnection = z.strictObject({
  type: z.literal("sqlite"),
  description: z.string().optional(),
  file: z.string().min(1).describe("The database, within the project's folder."),
});
