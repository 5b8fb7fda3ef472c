/** Bodies of requests: refused before they are read where they can be, and never read beyond the limit. */
import { FlowError } from "millrace";
import { invalidBody, type JsonLimits, parseJson } from "./json-text.js";

export interface BodyLimits extends JsonLimits {
  readonly maxBodyBytes: number;
  /** The server's option that says so. */
  readonly option: string;
}

/**
 * The body as JSON; undefined: there is none.
 * @throws {FlowError} SERVER_MEDIA_TYPE_UNKNOWN – it is of another type, or compressed
 * @throws {FlowError} SERVER_BODY_TOO_LARGE – it is larger than `maxBodyBytes`
 * @throws {FlowError} SERVER_BODY_INVALID – it is not what JSON in UTF-8 is
 */
export async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) return undefined;
  checkType(request.headers);
  return parseJson(decoded(bytes), limits);
}

/**
 * The body as the fields of a form.
 * @throws {FlowError} SERVER_BODY_TOO_LARGE, SERVER_BODY_INVALID – as `readJson`
 */
export async function readForm(request: Request, limits: BodyLimits): Promise<URLSearchParams> {
  return new URLSearchParams(decoded(await readBytes(request, limits)));
}

function checkType(headers: Headers): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  const type = (headers.get("content-type") ?? "").toLowerCase();
  const [media, ...parameters] = type.split(";").map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  const isJson = media === "application/json" || /^application\/[\w.-]+\+json$/.test(media ?? "");
  if (isJson && encoding.toLowerCase() === "identity" && (charset ?? "utf-8") === "utf-8") return;
  throw new FlowError("SERVER_MEDIA_TYPE_UNKNOWN", "The body is not of a type that is read here.", {
    hint: "Send Content-Type: application/json, in UTF-8, not compressed.",
  });
}

async function readBytes({ headers, body }: Request, limits: BodyLimits): Promise<Buffer> {
  const { maxBodyBytes } = limits;
  if (Number(headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge(limits);
  if (!body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    reader = body.getReader();
    for (let size = 0, next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > maxBodyBytes) throw tooLarge(limits);
      chunks.push(next.value);
    }
  } catch (error) {
    // not awaited: of a body that somebody else reads too, that would be when they are done
    void reader?.cancel().catch(() => undefined);
    // the client has gone away in the middle of it, say
    throw FlowError.is(error) ? error : invalidBody("The body can't be read.");
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidBody("The body is not in UTF-8.");
  }
}

function tooLarge({ maxBodyBytes, option }: BodyLimits): FlowError {
  return new FlowError("SERVER_BODY_TOO_LARGE", `The body is larger than ${maxBodyBytes} bytes.`, {
    hint: `Send less; the server's option ${option} is the bound.`,
  });
}
