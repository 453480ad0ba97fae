import { expect } from "@jest/globals";
import { z } from "zod";
import { useGuest } from "../../vm/testing/use-guest.ts";
import { located } from "../../vm/vm-tools.ts";
import { waitFor } from "../../vm/wait-for.ts";
import { startInstalled, upgradeGuest } from "../upgrade.ts";
import { remoteOf } from "./remote-of.ts";

// What the rule `ab_upgrade_test` runs: a guest, and upgrades of it one after the other.

const text = z.string().nullable();
const step = z.strictObject({ name: z.string(), image: z.string(), expect: z.enum(["confirmed", "rolled_back"]), allowDowngrade: z.boolean(), beforeInstall: text, beforeCommit: text, console: text });
const plan = z.strictObject({ manageboot: z.string(), seconds: z.int(), steps: z.array(step) });
const { manageboot, seconds, steps } = plan.parse(JSON.parse(process.env["AB_UPGRADE"] ?? ""));

const guest = useGuest("base", async (machine) => {
  await machine.start();
  await machine.waitForSsh(seconds);
});

for (const [index, { name, image, expect: expected, allowDowngrade, beforeInstall, beforeCommit, console: shows }] of steps.entries()) {
  guest.test(`${index + 1}. ${name}: ${expected}`, async (machine) => {
    const told: string[] = [];
    const before = machine.consoleLog().length;
    const options = { guest: remoteOf(guest), manageboot, allowDowngrade, seconds, report: (text: string) => void told.push(text) };
    if (beforeInstall !== null) await machine.succeed(beforeInstall);
    let result = await upgradeGuest({ ...options, image: located(image), noCommit: beforeCommit !== null });
    if (beforeCommit !== null) {
      await machine.succeed(beforeCommit);
      result = await startInstalled(options);
    }
    console.log(`${name}: ${JSON.stringify(result)}\n${told.join("\n")}`);
    expect(result).toMatchObject({ outcome: expected });
    if (expected === "rolled_back") expect(result).toMatchObject({ runs: result.from, reason: expect.stringMatching(/\S/) });
    if (shows !== null) {
      const pattern = new RegExp(shows);
      const shown = (): string => machine.consoleLog().slice(before);
      // What a unit does is seen from outside before it has said so.
      await waitFor(`the console shows ${pattern}`, () => (pattern.test(shown()) ? true : undefined), { seconds: 60, lastSeen: shown });
    }
    // The boot loader's state agrees: another start changes nothing.
    expect(JSON.parse(await machine.succeed(`${manageboot} status --json`))).toMatchObject({ state: "stable" });
  });
}
