/** `provider/model`, as against the id of a model under `models:`. */
export const modelNamePattern = /^[^\s{}/]+\/[^\s{}]+$/;
export const isModelName = (text: string): boolean => modelNamePattern.test(text);

/** What models can call a tool. */
export const toolNamePattern = /^[A-Za-z0-9_-]{1,64}$/;
