import { FlowError } from "millrace";

export interface ChatOptions {
  /**
   * Which major of the npm package `ai` the clients have, where all have the same: with 6 or 7 approvals of tools are told in the
   * client's own words. A request may say it by the header `x-ai-sdk-major`. @default what 5, 6 and 7 all take
   */
  readonly client?: 5 | 6 | 7;
  /** Replies tell which steps run, by parts of type `data-flow-method`. @default true */
  readonly steps?: boolean;
  /**
   * Whether the history that clients send to flows without a memory may hold messages of the role `system`: instructions to models,
   * by whoever sends them. @default false
   */
  readonly system?: boolean;
  /** Largest body of a message, in bytes: clients send the whole history, with its files. @default 4194304 */
  readonly bodyBytes?: number;
}

export interface ChatSettings {
  readonly client: 5 | 6 | 7 | undefined;
  readonly steps: boolean;
  readonly system: boolean;
  readonly bodyBytes: number;
}

/** @throws {FlowError} SERVER_OPTION_INVALID */
export function chatSettings({
  client,
  steps = true,
  system = false,
  bodyBytes = 4_194_304,
}: ChatOptions = {}): ChatSettings {
  if (client !== undefined && ![5, 6, 7].includes(client))
    throw invalid("client", "5, 6 or 7", "Give the major of `ai` that the clients have, or leave it away.");
  for (const [name, value] of Object.entries({ steps, system }))
    if (typeof value !== "boolean") throw invalid(name, "true or false", "Correct it, or leave it away.");
  if (!Number.isSafeInteger(bodyBytes) || bodyBytes <= 0)
    throw invalid("bodyBytes", "a whole number above 0", "Correct it, or leave it away.");
  return { client, steps, system, bodyBytes };
}

function invalid(name: string, expected: string, hint: string): FlowError {
  return new FlowError("SERVER_OPTION_INVALID", `\`chat.${name}\` is not ${expected}.`, {
    hint,
    details: { option: `chat.${name}` },
  });
}
