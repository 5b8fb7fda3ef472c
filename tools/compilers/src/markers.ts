/**
 * What a fixture expects: `// error TS2345: words` above a line says that the compiler reports this code (`TS2345|TS2741`: one of these) on that line, with
 * these words in its message; ` ;; ` stands between words that may stand apart. `// error (legacy) TS1206: …` holds in
 * one dialect only. Errors that no marker expects, and markers that no error meets, are failures alike.
 */
import type { Diagnostic, Dialect } from "./compile.js";

export interface Marker {
  readonly file: string;
  readonly line: number;
  /** One, or several where the compilers differ. */
  readonly codes: readonly string[];
  readonly words: readonly string[];
  readonly dialect?: Dialect;
}

export function readMarkers(file: string, source: string): Marker[] {
  const lines = source.split("\n");
  return lines.flatMap((text, index): Marker[] => {
    const [, dialect, code, words] =
      /^\s*\/\/ error (?:\((tc39|legacy)\) )?(TS\d+(?:\|TS\d+)*): ?(.*)$/.exec(text) ?? [];
    if (!code) return [];
    const below = lines.findIndex((later, i) => i > index && !/^\s*\/\//.test(later));
    return [
      {
        file,
        line: below + 1,
        codes: code.split("|"),
        words: (words ?? "").split(" ;; ").filter((word) => word !== ""),
        ...(dialect && { dialect: dialect as Dialect }),
      },
    ];
  });
}

/** One line for each marker without its error, and for each error without its marker. */
export function compare(markers: readonly Marker[], diagnostics: readonly Diagnostic[]): string[] {
  const open = [...diagnostics];
  const missing = markers.filter((marker) => {
    const met = open.findIndex((diagnostic) => meets(diagnostic, marker));
    if (met >= 0) open.splice(met, 1);
    return met < 0;
  });
  return [
    ...missing.map(
      ({ file, line, codes, words }) => `missing: ${file}:${line} ${codes.join("|")} ${words.join(" ;; ")}`,
    ),
    ...open.map(({ file, line, code, message }) => `surplus: ${file}:${line} ${code} ${message}`),
  ];
}

function meets({ file, line, code, message }: Diagnostic, marker: Marker): boolean {
  if (file !== marker.file || line !== marker.line || !marker.codes.includes(code)) return false;
  return marker.words.every((word) => message.includes(word));
}
