/** Texts may hold anything; what comes out is safe as text and in attributes of SVG and HTML, both read as XML or as HTML. */
export function escapeText(text: string): string {
  return text.replace(unsafe, (character) => entities[character] ?? "\uFFFD");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\n": "&#10;",
  "\t": "&#9;",
  "\r": "&#13;",
};
// Control characters and lone surrogates are not allowed in XML at all; marks that turn the direction would hide text.
const unsafe = /[&<>"'\p{Cc}\p{Cs}\uFFFE\uFFFF\u202A-\u202E\u2066-\u2069]/gu;
