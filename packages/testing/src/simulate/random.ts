/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of a list, drawn without repeats, in the list's order. */
export function sample<T>(list: readonly T[], count: number, random: () => number): readonly T[] {
  if (count >= list.length) return list;
  const places = list.map((_, place) => place);
  for (let place = 0; place < count; place++) {
    const other = place + Math.floor(random() * (places.length - place));
    [places[place], places[other]] = [places[other]!, places[place]!];
  }
  return places
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((place) => list[place]!);
}
