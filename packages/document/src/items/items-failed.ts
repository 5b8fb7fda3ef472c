import { FlowError } from "millrace";

/** Some items did not come through, and whoever collects them wants all. */
export function itemsFailed(step: string, errors: readonly object[]): FlowError {
  const [first] = errors as readonly { readonly step: string; readonly message: string }[];
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  return new FlowError(
    "STEP_ITEMS_FAILED",
    `"${step}" wants all items, and ${errors.length} failed: ${first!.message}${more}.`,
    {
      hint: "Correct the items, or take `failed: keep` or `failed: drop`.",
      details: { errors: errors.slice(0, 100) },
    },
  );
}
