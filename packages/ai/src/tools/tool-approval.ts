/** Whether people must agree before a call is made: always, or as a function of its input says. */
export type ToolApproval<I> = boolean | ((input: I) => boolean | Promise<boolean>);
