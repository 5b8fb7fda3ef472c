/** The tests that a new project has are true of its flows, in both dialects. */
import "../template/src/greet.test.js";
import "../template/src/review.test.js";
import "../template-chat/src/support.test.js";
