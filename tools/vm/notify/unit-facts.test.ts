import { expect, test } from "@jest/globals";
import { UnitFacts } from "./unit-facts.ts";

const STARTED = "39f53479d3a045ac8e11786248231fbf";
const FAILED_LATER = "d9b373ed55a64feb8242e02dbe79a49c";
const STOPPED = "9d1aaa27d60140bd96365438aad20286";
const FINISHED = "b07a249cd024414a82dd00cd181378ff";
const NODE_HEALTH = "2e964e79363fb86fcce95925f5670e02";
const first = "0c9d1f1b2c3d4e5f8a9b0c1d2e3f4a5b";

const said = (id: string, unit: string | undefined, seconds: number, boot = first): string =>
  `${JSON.stringify({ MESSAGE_ID: id, ...(unit === undefined ? {} : { UNIT: unit }), _BOOT_ID: boot, __MONOTONIC_TIMESTAMP: String(seconds * 1e6), __CURSOR: "s=1" })}\n`;

test("the last word about a unit counts", () => {
  const facts = new UnitFacts();
  expect(facts.bootId).toBeUndefined();
  facts.hear(Buffer.from(said(STARTED, "ssh.service", 20.5) + said(STARTED, "a.service", 21) + said(FAILED_LATER, "a.service", 22) + said(STOPPED, "b.service", 23)));
  expect(facts.unit("ssh.service")).toEqual({ state: "active", at: 20.5 });
  expect(facts.unit("a.service")?.state).toBe("failed");
  expect(facts.unit("b.service")?.state).toBe("inactive");
  expect(facts.unit("c.service")).toBeUndefined();
  expect(facts.bootId).toBe("0c9d1f1b-2c3d-4e5f-8a9b-0c1d2e3f4a5b");
  expect(facts.startupFinished).toBeUndefined();
});

test("lines may come in pieces, and be none of ours", () => {
  const facts = new UnitFacts();
  const bytes = Buffer.from(`noise\n{"MESSAGE_ID":7}\n${said("ffffffffffffffffffffffffffffffff", "x.service", 1)}${said(FINISHED, undefined, 30)}`);
  for (const byte of bytes) facts.hear(Buffer.from([byte]));
  expect(facts.startupFinished).toBe(30);
  expect(facts.unit("x.service")).toBeUndefined();
});

test("another boot begins anew", () => {
  const facts = new UnitFacts();
  facts.hear(Buffer.from(said(STARTED, "ssh.service", 20) + said(FINISHED, undefined, 30)));
  facts.hear(Buffer.from(said(STARTED, "dbus.service", 10, first.replace("0c", "1d"))));
  expect(facts.unit("ssh.service")).toBeUndefined();
  expect(facts.startupFinished).toBeUndefined();
  expect(facts.unit("dbus.service")?.state).toBe("active");
});

test("a node's last word about its health counts, in its own boot", () => {
  const facts = new UnitFacts();
  const node = (health: string, boot = first): Buffer =>
    Buffer.from(`${JSON.stringify({ MESSAGE_ID: NODE_HEALTH, NODE_HEALTH: health, _BOOT_ID: boot, __MONOTONIC_TIMESTAMP: "1" })}\n`);
  facts.hear(Buffer.from(said(FINISHED, undefined, 30)));
  expect(facts.nodeHealth).toBeUndefined();
  facts.hear(node("healthy"));
  expect(facts.nodeHealth).toBe("healthy");
  facts.hear(node("certified_state_behind"));
  expect(facts.nodeHealth).toBe("certified_state_behind");
  facts.hear(Buffer.from(said(STARTED, "dbus.service", 10, first.replace("0c", "1d"))));
  expect(facts.nodeHealth).toBeUndefined();
  facts.hear(node("healthy", first.replace("0c", "1d")));
  facts.forget();
  expect(facts.nodeHealth).toBeUndefined();
});

test("a boot that is over has nothing to say any more", () => {
  const facts = new UnitFacts();
  facts.hear(Buffer.from(said(STARTED, "ssh.service", 20)));
  facts.forget();
  facts.hear(Buffer.from(said(STARTED, "late.service", 21)));
  expect([facts.bootId, facts.unit("ssh.service"), facts.unit("late.service")]).toEqual([undefined, undefined, undefined]);
  facts.hear(Buffer.from(said(STARTED, "ssh.service", 5, first.replace("0c", "1d"))));
  expect(facts.unit("ssh.service")).toEqual({ state: "active", at: 5 });
});
