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
      entityDecoder,
      maxNestedTags: maxDepth,
    });
    return { value: parser.parse(trimmed) as unknown };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

const named: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

const nothing = () => undefined;

/** The five of XML and signs by number; the library would leave or drop what it does not know. */
const entityDecoder = {
  decode: (text: string) => text.replaceAll(/&(#x[0-9a-fA-F]+|#[0-9]+|[^;&\s]+);/g, (_, name: string) => signOf(name)),
  reset: nothing,
  setXmlVersion: nothing,
  setExternalEntities: nothing,
  addInputEntities: nothing,
};

function signOf(name: string): string {
  const code = name.startsWith("#x")
    ? Number.parseInt(name.slice(2), 16)
    : name.startsWith("#")
      ? Number.parseInt(name.slice(1), 10)
      : undefined;
  const sign = code === undefined ? named.get(name) : isSign(code) ? String.fromCodePoint(code) : undefined;
  if (sign !== undefined) return sign;
  throw new Error(`&${name.slice(0, 40)}; is no entity of XML`);
}

/** What XML 1.0 lets stand in a text. */
const isSign = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

/** The XML of a text: what a fence holds, or what stands from its first tag to its last. */
export function findXml(text: string): string {
  const fence = /^[ \t]*```[^\n]*\n([\s\S]*?)^[ \t]*```/m.exec(text)?.[1];
  const body = fence ?? text;
  const from = body.indexOf("<");
  const to = body.lastIndexOf(">");
  return from >= 0 && to > from ? body.slice(from, to + 1) : body;
}
