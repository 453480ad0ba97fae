/** Wrong on purpose. */
export const count: number = "three";
