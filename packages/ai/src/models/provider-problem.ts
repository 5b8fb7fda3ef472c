/** What is wrong with the name of a provider, told before a model of it is asked. */
import { nearest } from "millrace";
import { hasDefaultProvider } from "./default-provider.js";
import { isInstalled, knownProviders, packageOf } from "./installed-provider.js";
import { providedModels } from "./provided.js";

export interface ProviderPlace {
  /** The project's folder. */
  readonly root: string;
}

interface Reached extends ProviderPlace {
  /** Whether a document says how it is reached. */
  readonly isConnected: boolean;
  readonly baseURL: string | undefined;
}

export interface ProviderProblem {
  readonly message: string;
  readonly hint: string;
  readonly nearest?: string;
}

export const compatiblePackage = "@ai-sdk/openai-compatible";

/** Undefined: somebody serves its models, as far as it can be told without asking. */
export function providerProblem(
  provider: string,
  { root, isConnected, baseURL }: Reached,
): ProviderProblem | undefined {
  if (!isConnected) {
    if (providedModels.has(provider) || hasDefaultProvider() || isInstalled(packageOf(provider), root))
      return undefined;
    return unknownProvider(provider);
  }
  const isCompatible = packageOf(provider) === compatiblePackage;
  if (!isCompatible && isInstalled(packageOf(provider), root)) return undefined;
  if (baseURL !== undefined)
    return isInstalled(compatiblePackage, root)
      ? undefined
      : {
          message: `What speaks to "${provider}" is not installed.`,
          hint: `Services that are compatible with OpenAI's are spoken to by \`npm install ${compatiblePackage}\`.`,
        };
  if (isCompatible)
    return { message: "A compatible service needs a `baseURL`.", hint: "Write it into the model's connection." };
  if (providedModels.has(provider))
    return {
      message: `"${provider}" is reached by what was given to \`provideModels\`, not by a connection.`,
      hint: "Leave the model's `connection` out, or write a `baseURL` into it.",
    };
  const { message, hint, ...more } = unknownProvider(provider);
  return {
    message,
    hint: `${hint} A service that is compatible with OpenAI's needs \`baseURL\` in its connection alone.`,
    ...more,
  };
}

/** Nobody has heard of it, or its package is not there. */
export function unknownProvider(provider: string): ProviderProblem {
  const isKnown = knownProviders.includes(provider);
  const near = isKnown ? undefined : nearest(provider, [...providedModels.keys(), ...knownProviders]);
  const register = `provideModels({ ${/^\w+$/.test(provider) ? provider : JSON.stringify(provider)}: … })`;
  const install = `Install its provider, \`npm install ${packageOf(near ?? provider)}\`, or give your own by \`${register}\`.`;
  const isOwn = near !== undefined && !knownProviders.includes(near);
  return {
    message: `Nobody here serves models of "${provider}"${near === undefined ? "." : `; is "${near}" meant?`}`,
    hint: isOwn
      ? "Write the provider's name as it was given to `provideModels`."
      : isKnown || near !== undefined
        ? install
        : `Say who serves them by \`${register}\`.`,
    ...(near !== undefined && { nearest: near }),
  };
}
