import { word } from "../works/word.ts";

/** word.ts is not in the deps of this target. */
export const shout = word.toUpperCase();
