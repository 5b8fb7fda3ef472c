/** Names of the document within messages, which are to be read by people. */

/** A name, cut where nobody would read on. */
export const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 97)}…` : name);

/** The first names of a list. */
export function listed(names: readonly string[], most = 20): string {
  const first = names.slice(0, most).map(shown).join(", ");
  return names.length > most ? `${first}, … (${names.length} in all)` : first;
}
