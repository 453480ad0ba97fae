import { useGuest } from "../../../tools/vm/testing/use-guest.ts";

useGuest("tiny", (machine) => machine.start()).test("starts", async () => undefined);
