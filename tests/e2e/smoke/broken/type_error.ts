/** Wrong on purpose: the test of the workspace builds it and expects the failure. */
export const count: number = "three";
