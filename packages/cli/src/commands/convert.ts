import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { FlowError } from "millrace";
import { exitCodes } from "../output/exit-codes.js";
import { writeFile } from "../output/write-file.js";
