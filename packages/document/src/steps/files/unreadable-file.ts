/** A file's text that is not what its format says; the message has the line where there is one. */
export class UnreadableFile extends Error {}
