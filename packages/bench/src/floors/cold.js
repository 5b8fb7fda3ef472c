/** W8: Node starts and awaits one function. */
const state = await (async () => ({ count: 1 }))();
process.stdout.write(`done ${state.count}\n`);
