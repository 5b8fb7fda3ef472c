/** Language models in documents. */
export {};
