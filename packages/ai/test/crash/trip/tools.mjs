// What a tool has done is in its file, and in its answer.
import { appendFileSync } from "node:fs";

function done(what) {
  if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${what}\n`);
  return `done ${what}`;
}

export const weather = ({ city }) => done(`weather ${city}`);
export const pay = ({ cents }) => done(`pay ${cents}`);
export const reserve = ({ text }) => `${text}, ${done("reserve")}`;
