/**
 * How tests of chats draw: `MILLRACE_CHAT_FUZZ` says how many rounds, `MILLRACE_CHAT_SEED` repeats those of a failure, whose message
 * has the seed and the round.
 */
export function chance({ rounds }: { readonly rounds: number }): { numRuns: number; seed?: number } {
  const { MILLRACE_CHAT_FUZZ: given, MILLRACE_CHAT_SEED: seed } = process.env;
  return { numRuns: Number(given ?? rounds), ...(seed !== undefined && { seed: Number(seed) }) };
}
