/** Flows over HTTP. */
export {};
