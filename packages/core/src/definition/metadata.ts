/**
 * What decorators write to. Imported for its effect before anything else of this folder: compilers look `Symbol.metadata`
 * up when a class is evaluated, so that it must be there before the first flow class. The build makes an ES module of
 * reflect-metadata: it is CommonJS, and Node takes 20 ms to get ready for the first such module that is imported.
 */
import "reflect-metadata";

(Symbol as { metadata?: symbol }).metadata ??= Symbol.for("Symbol.metadata");

/** The symbol under which a class holds its decorators' metadata, whoever made it. */
export const metadataSymbol = (Symbol as { metadata?: symbol }).metadata as symbol;
