/** The tests that a new project has are true of its flow, in both dialects. */
import "../template/src/review.test.js";
