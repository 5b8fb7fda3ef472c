/** Thrown and caught while one flow is converted: something that can't be said in a class. */
export class NoCounterpart extends Error {}
