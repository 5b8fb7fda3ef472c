/** The step types that every document may use. */
import { collect, explode } from "../items/step-types.js";
import type { StepType } from "../step-type.js";
import { aggregate } from "./aggregate.js";
import { code } from "./code.js";
import { construct } from "./construct.js";
import { decode } from "./decode/decode.js";
import { extract } from "./extract/extract.js";
import { fileRead } from "./files/file-read.js";
import { fileWrite } from "./files/file-write.js";
import { http } from "./http/http.js";
import { approval, ask, sleep } from "./people.js";
import { sql } from "./sql/sql.js";
import { echo, template } from "./texts.js";
import { tool } from "./tool.js";

export { explode } from "../items/step-types.js";
export { aggregate } from "./aggregate.js";
export { construct } from "./construct.js";
export { decode } from "./decode/decode.js";
export { extract } from "./extract/extract.js";
export { fileRead } from "./files/file-read.js";
export { fileWrite } from "./files/file-write.js";
export { httpConnection } from "./http/connection.js";
export { http } from "./http/http.js";
export { sqliteConnection } from "./sql/connection.js";
export { sql } from "./sql/sql.js";
export { textOf } from "./texts.js";

export const builtinStepTypes: readonly StepType[] = Object.freeze([
  code,
  template,
  echo,
  decode,
  extract,
  construct,
  explode,
  collect,
  aggregate,
  http,
  sql,
  fileRead,
  fileWrite,
  approval,
  ask,
  sleep,
  tool,
] as unknown as StepType[]);
