export { type Listening, type ListenOptions, listenOn } from "./listen.js";
