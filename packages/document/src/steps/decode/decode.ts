import { z } from "zod";
import type { StepContext } from "../../step-context.js";
import { defineStepType } from "../../step-type.js";
import { checkedAs } from "../checked-as.js";
import { checkType } from "../checks.js";
import { kindOf, shown, stepError } from "../step-error.js";
import { coerced } from "./coerced.js";
import { findJson, likelyJson, tooMuchToRepair } from "./find-json.js";

const config = z.strictObject({
  text: z.string().describe("What is to be read: `{{ answer }}`."),
  format: z.enum(["json", "xml"]).default("json"),
  as: z
    .unknown()
    .optional()
    .describe(
      "The type that it must have: `Review`, `list[int]`, `{ title: text }`. What loses nothing by it is converted.",
    ),
  root: z.string().min(1).optional().describe("XML: the tag whose content is the result."),
  repair: z.boolean().default(false).describe("JSON: mend what is cut off or badly quoted, instead of failing."),
  maxLength: z
    .int()
    .min(1)
    .max(100_000_000)
    .optional()
    .describe("How many characters the text may have; the default is 10,000,000, of XML 1,000,000."),
  maxDepth: z.int().min(1).max(500).default(100).describe("How deep the data may be nested."),
});

/** A text that holds JSON or XML → the value, of a declared type. */
export const decode = defineStepType({
  type: "decode",
  description: "Reads JSON or XML out of a text: fences and words around it are tolerated, and types are checked.",
  config,
  templates: ["text"],
  output: ({ as }, context) => typeOf(as, context),
  check: ({ as, format, root, repair }, context) => [
    ...checkType(["as"], as, context),
    ...(root !== undefined && format !== "xml"
      ? [
          {
            path: ["root"],
            message: "`root` names an XML tag, and the format is JSON.",
            hint: "Leave it out, or add `format: xml`.",
          },
        ]
      : []),
    ...(repair && format === "xml"
      ? [{ path: ["repair"], message: "`repair` mends JSON, and the format is XML.", hint: "Leave it out." }]
      : []),
  ],
  async run({ config, project }) {
    const text: unknown = config.text;
    if (typeof text !== "string")
      throw failed(`was given ${kindOf(text)}, not a text`, 'Refer to the text itself: `text: "{{ answer.text }}"`.');
    const most = config.maxLength ?? lengths[config.format];
    if (text.length > most)
      throw failed(
        `was given ${text.length} characters, and takes ${most}`,
        "Raise `maxLength` where that is meant, or read a file with a step of `type: code`.",
      );
    const value = config.format === "xml" ? await xml(text, config) : await json(text, config);
    checkDepth(value, config.maxDepth);
    if (config.as === undefined) return value;
    const schema = project.type(config.as);
    return checkedAs(coerced(value, schema), schema, { code: "STEP_DECODE_FAILED", what: "What was decoded" });
  },
});

const lengths = { json: 10_000_000, xml: 1_000_000 };

const typeOf = (as: unknown, context: StepContext): z.ZodType | undefined => {
  if (as === undefined) return undefined;
  const found = context.type(as);
  return "schema" in found ? found.schema : undefined;
};

async function json(text: string, { repair }: { readonly repair: boolean }): Promise<unknown> {
  const found = findJson(text);
  if ("value" in found) return found.value;
  if ("several" in found)
    throw failed(
      `found ${found.several} JSON values in the text, and can't tell which is meant`,
      "Ask for one value, or for a list of them.",
    );
  if (repair) {
    const likely = likelyJson(text);
    const beyond = tooMuchToRepair(likely);
    if (beyond) throw failed(`can't mend the JSON in ${shown(text)}: ${beyond}`, "Ask for JSON and nothing else.");
    const { jsonrepair } = await import("jsonrepair");
    try {
      return JSON.parse(jsonrepair(likely)) as unknown;
    } catch (error) {
      throw failed(
        `can't mend the JSON in ${shown(text)}: ${(error as Error).message}`,
        "Ask for JSON and nothing else.",
      );
    }
  }
  throw failed(
    `found no JSON in ${shown(text)}: ${found.reason}`,
    "Ask for JSON and nothing else, or add `repair: true` to mend what is cut off or badly quoted.",
  );
}

async function xml(
  text: string,
  { root, maxDepth }: { readonly root?: string | undefined; readonly maxDepth: number },
) {
  const { findXml, parseXml } = await import("./parse-xml.js");
  const parsed = parseXml(findXml(text), maxDepth);
  if ("reason" in parsed)
    throw failed(`can't read the XML in ${shown(text)}: ${parsed.reason}`, "Ask for one element and nothing else.");
  if (root === undefined) return parsed.value;
  const value = parsed.value as Record<string, unknown>;
  if (Object.hasOwn(value, root)) return value[root];
  throw failed(
    `found no <${root}> in the XML`,
    `Its root is <${Object.keys(value).find((key) => !key.startsWith("#")) ?? ""}>.`,
  );
}

/** A value that is nested deeper than anybody writes would cost what comes after it its stack. */
function checkDepth(value: unknown, left: number): void {
  if (typeof value !== "object" || value === null) return;
  if (left === 0) throw failed("found data that is nested too deep", "Raise `maxDepth` if this is meant.");
  if (Object.hasOwn(value, "__proto__"))
    throw failed('found the key "__proto__", which no object may have', "Leave it out of the text.");
  for (const one of Object.values(value)) checkDepth(one, left - 1);
}

const failed = (what: string, hint: string) => stepError("STEP_DECODE_FAILED", `A decode step ${what}.`, { hint });
