/** What steps have used of something that is counted (tokens, cents, requests), summed by key. */
export type Usage = Readonly<Record<string, number>>;
