import { z } from "zod";

/** zod is not in the deps of this target. */
export const schema = z.string();
