/**
 * Links that let whoever has one answer one question, once: signed, so that nobody can make or change one. Nothing is stored: a link is
 * used up because its question is answered then.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { FlowError } from "millrace";

export interface LinkOptions {
  /**
   * What links are signed with, 16 characters at least; the same for all servers of one store.
   * @default MILLRACE_SECRET of the environment, else a new one: then links end with the process
   */
  readonly secret?: string;
  /** What links begin with, as `"https://flows.example.com"`. @default the address that the request went to */
  readonly publicUrl?: string;
}

/** What a link allows. */
export interface LinkClaims {
  readonly question: string;
  /** When it was asked: another question of the same id is none of the link's business. */
  readonly askedAt: number;
  /** ms since the epoch */
  readonly until: number;
  /** Of an approval: the only outcome that it may be answered by; absent: any. */
  readonly outcome?: string;
}

export interface AnswerLinks {
  readonly publicUrl?: string;
  token(claims: LinkClaims): string;
  /**
   * @throws {FlowError} SERVER_LINK_INVALID – nobody has made it here
   * @throws {FlowError} SERVER_LINK_EXPIRED
   */
  read(token: string, now: number): LinkClaims;
}

/** @throws {FlowError} SERVER_OPTION_INVALID – the secret is too short, or `publicUrl` is no address */
export function answerLinks({ secret = process.env.MILLRACE_SECRET, publicUrl }: LinkOptions = {}): AnswerLinks {
  if (secret !== undefined && secret.length < 16) {
    throw invalid("links.secret", "has fewer than 16 characters", "Make one by: openssl rand -base64 32");
  }
  if (publicUrl !== undefined && !/^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?$/.test(publicUrl)) {
    throw invalid("links.publicUrl", "is no address", 'Write it as in "https://flows.example.com".');
  }
  const key = secret ?? randomBytes(32);
  const sign = (text: string) => createHmac("sha256", key).update(`millrace link ${text}`).digest();
  return {
    ...(publicUrl !== undefined && { publicUrl: publicUrl.replace(/\/+$/, "") }),
    token: ({ question, askedAt, until, outcome }) => {
      const text = Buffer.from(JSON.stringify([question, askedAt, until, outcome])).toString("base64url");
      return `${text}.${sign(text).toString("base64url")}`;
    },
    read: (token, now) => {
      const [text = "", signature = "", more] = token.slice(0, 8000).split(".");
      const given = Buffer.from(signature, "base64url");
      const right = sign(text);
      // of the same length always, so that the time tells nothing
      const padded = Buffer.alloc(right.length);
      given.copy(padded);
      const same = timingSafeEqual(padded, right);
      if (!same || given.length !== right.length || more !== undefined || right.toString("base64url") !== signature) {
        throw new FlowError("SERVER_LINK_INVALID", "This link is not one that was given out here.", {
          hint: "Open it whole, as it was sent.",
        });
      }
      const [question, askedAt, until, outcome] = JSON.parse(Buffer.from(text, "base64url").toString()) as unknown[];
      const claims = { question, askedAt, until, ...(typeof outcome === "string" && { outcome }) } as LinkClaims;
      if (claims.until <= now) {
        throw new FlowError("SERVER_LINK_EXPIRED", "The time of this link is over.", { hint: "Ask for a new one." });
      }
      return claims;
    },
  };
}

function invalid(option: string, problem: string, hint: string): FlowError {
  return new FlowError("SERVER_OPTION_INVALID", `\`${option}\` ${problem}.`, { hint, details: { option } });
}
