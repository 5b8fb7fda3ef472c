/**
 * XML as plain data: elements by tag, a tag that stands several times as a list, attributes as `@name`, text beside them as
 * `#text`. No document types: what an entity of one expands to is nobody's business.
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";

export type ParsedXml = { readonly value: unknown } | { readonly reason: string };

export function parseXml(text: string, maxDepth: number): ParsedXml {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (/<!(DOCTYPE|ENTITY)/i.test(trimmed)) return { reason: "it has a DOCTYPE, which is not read" };
  // Depth first: both validator and parser are asked only for what they can hold.
  const valid = XMLValidator.validate(trimmed, { allowBooleanAttributes: false });
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    return { reason: `${msg.replace(/\.$/, "")} (line ${line}, column ${col})` };
  }
  try {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      ignoreDeclaration: true,
      ignorePiTags: true,
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: true,
      maxNestedTags: maxDepth,
    });
    return { value: parser.parse(trimmed) as unknown };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** The XML of a text: what a fence holds, or what stands from its first tag to its last. */
export function findXml(text: string): string {
  const fence = /^[ \t]*```[^\n]*\n([\s\S]*?)^[ \t]*```/m.exec(text)?.[1];
  const body = fence ?? text;
  const from = body.indexOf("<");
  const to = body.lastIndexOf(">");
  return from >= 0 && to > from ? body.slice(from, to + 1) : body;
}
