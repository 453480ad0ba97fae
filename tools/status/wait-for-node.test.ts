import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { encode } from "cborg";
import { UnitFacts } from "../vm/notify/unit-facts.ts";
import { waitFor } from "../vm/wait-for.ts";
import { waitForHealthyNode } from "./wait-for-node.ts";

let server: http.Server | undefined;
let asked = 0;
afterEach(() => {
  server?.close();
  asked = 0;
});

/** A node that is healthy at once, and one height further at each question. */
async function serve(): Promise<string> {
  server = http.createServer((_, response) => response.end(encode({ replica_health_status: "healthy", certified_height: asked++ })));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A guest that says these entries of its journal, by and by. */
function speaking(...words: Record<string, string>[]): Parameters<typeof waitForHealthyNode>[0] {
  const units = new UnitFacts();
  return {
    name: "dev",
    units,
    waitForFact: (what, fact, options) => {
      const look = (): ReturnType<typeof fact> => {
        const word = words.shift();
        if (word !== undefined) units.hear(Buffer.from(`${JSON.stringify({ _BOOT_ID: "b".repeat(32), __MONOTONIC_TIMESTAMP: "1", ...word })}\n`));
        return fact();
      };
      return waitFor(what, look, { ...options, everyMs: 5 });
    },
  };
}

const unit = { MESSAGE_ID: "39f53479d3a045ac8e11786248231fbf", UNIT: "a.service" };
const finished = { MESSAGE_ID: "b07a249cd024414a82dd00cd181378ff" };
const node = (health: string): Record<string, string> => ({ MESSAGE_ID: "2e964e79363fb86fcce95925f5670e02", NODE_HEALTH: health });

test("a guest that tells of its node is asked once, when it says healthy", async () => {
  const api = await serve();
  const guest = speaking(unit, unit, node("certified_state_behind"), finished, unit, unit, node("healthy"));
  // The height of the first answer: nobody had asked before.
  expect(await waitForHealthyNode(guest, api, 10)).toMatchObject({ health: "healthy", certifiedHeight: 0 });
});

test("a guest that says nothing is asked until its height grows", async () => {
  expect(await waitForHealthyNode(speaking(), await serve(), 10)).toMatchObject({ certifiedHeight: 1 });
});

test("a guest that has started and says nothing of a node is asked too", async () => {
  expect(await waitForHealthyNode(speaking(unit, unit, finished), await serve(), 10)).toMatchObject({ certifiedHeight: 1 });
});

test("a guest that says that its node is not healthy is believed; the message tells it", async () => {
  const api = await serve();
  await expect(waitForHealthyNode(speaking(unit, node("stopped"), finished), api, 0.3)).rejects.toThrow("the guest said of its node: stopped; never asked");
});

test("the word of a guest is confirmed by the node itself", async () => {
  await expect(waitForHealthyNode(speaking(unit, node("healthy")), "http://127.0.0.1:9", 0.3)).rejects.toThrow("the guest said of its node: healthy; http://127.0.0.1:9/api/v2/status: no answer");
});
