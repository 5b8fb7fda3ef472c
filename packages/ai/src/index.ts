/** Language models in flows. */
export {};
