import { useGuest } from "rules_icos/vm/testing";

useGuest("appliance", async (machine) => machine.beginn());
