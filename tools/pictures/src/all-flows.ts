/** Every flow that pictures are looked at of, by name. */
import { Article as Approved } from "../../../examples/approval/article.js";
import { Article, Magazine } from "../../../examples/magazine/magazine.js";
import { Order } from "../../../examples/order/order.js";
import { ReleaseNotes } from "../../../examples/release-notes/release-notes.js";
import * as large from "./large-flows.js";
import * as loops from "./loop-flows.js";
import * as samples from "./sample-flows.js";

export const allFlows = { ...samples, ...loops, Approved, Order, Magazine, Article, ReleaseNotes, ...large };
