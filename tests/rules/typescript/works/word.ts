/** Imported by the tests of the rules. */
export const word = "guest";
