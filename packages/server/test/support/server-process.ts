/** A server of the crash tests: `server-process <db> <port>`. */
import { Parcel } from "./parcel.js";
import { serveProcess } from "./serve-process.js";

void serveProcess({ flows: [Parcel], recoverEvery: "200ms" });
