// What a vm_test is written with: import { useGuest } from "rules_icos/vm/testing". What is not named here may change.
export * from "./driver.ts";
export { NotOnFarm } from "../../tools/farm/machine/not-on-farm.ts";
export { keepConsole, keepEvidence } from "../../tools/vm/testing/evidence.ts";
export type { GuestDisk } from "../../tools/vm/testing/guest-disk.ts";
export { testAccelerator, testConfig, type TestConfig } from "../../tools/vm/testing/test-config.ts";
export { makeTestGuest, type TestGuest, type TestGuestOptions } from "../../tools/vm/testing/test-guest.ts";
export { useGuest, type SharedGuest } from "../../tools/vm/testing/use-guest.ts";
export { useGuests, type Guests, type GuestWish, type SharedGuests } from "../../tools/vm/testing/use-guests.ts";
