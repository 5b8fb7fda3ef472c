/** Who answers: a model of OpenAI where there is a key, in the environment or in .env; else a stand-in, which also serves the tests. */
import { provideModels } from "@millrace/ai";
import { standIn } from "./stand-in.js";

provideModels({ demo: standIn });

export const model = process.env.OPENAI_API_KEY ? "openai/gpt-5-mini" : "demo/stand-in";
