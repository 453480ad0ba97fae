import fs from "node:fs";
import net from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { waitFor } from "../wait-for.ts";
import { FrameReader, framed } from "./frames.ts";
import type { NetworkPlace } from "./place.ts";
import { VirtualNetwork } from "./virtual-network.ts";

const everybody = Buffer.from("ffffffffffff", "hex");
const address = (place: NetworkPlace): Buffer => Buffer.from(place.mac.replaceAll(":", ""), "hex");

let network: VirtualNetwork;
beforeEach(() => {
  network = new VirtualNetwork();
});
afterEach(() => network.close());

/** Stands for a guest: what QEMU does with its end of the socket. */
class Card {
  readonly heard: string[] = [];
  readonly #socket: net.Socket;
  readonly place: NetworkPlace;

  private constructor(place: NetworkPlace, socket: net.Socket) {
    this.place = place;
    this.#socket = socket;
    const reader = new FrameReader();
    socket.on("data", (data) => {
      for (const frame of reader.read(data)) this.heard.push(frame.subarray(14).toString("latin1"));
    });
    socket.on("error", () => undefined);
  }

  static async plug(guest: string): Promise<Card> {
    const place = await network.join(guest);
    const socket = net.connect(place.socket);
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    return new Card(place, socket);
  }

  say(to: Buffer, text: string): void {
    this.#socket.write(framed(Buffer.concat([to, address(this.place), Buffer.from([0x88, 0xb5]), Buffer.from(text, "latin1")])));
  }

  raw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  unplug(): void {
    this.#socket.destroy();
  }
}

/** Waits until a card has heard a text; what it heard before is then complete, as frames keep their order. */
async function hears(card: Card, text: string): Promise<void> {
  await waitFor(`hears ${text}`, () => (card.heard.includes(text) ? true : undefined), { seconds: 10, everyMs: 5, lastSeen: () => card.heard.join(" ") });
}

test("a frame for everybody reaches everybody else, one for a known address only its owner", async () => {
  const [a, b, c] = [await Card.plug("a"), await Card.plug("b"), await Card.plug("c")];
  a.say(everybody, "who is b?");
  await Promise.all([hears(b, "who is b?"), hears(c, "who is b?")]);
  b.say(address(a.place), "I am");
  await hears(a, "I am");
  a.say(address(b.place), "hello b");
  a.say(everybody, "end");
  await Promise.all([hears(b, "end"), hears(c, "end")]);
  expect(b.heard).toEqual(["who is b?", "hello b", "end"]);
  expect(c.heard).toEqual(["who is b?", "end"]);
  expect(a.heard).toEqual(["I am"]);
  expect(network.counters("a")).toEqual({ received: 3, sent: 1, dropped: 0 });
});

test("a cut network passes frames only inside a group, a healed one everywhere", async () => {
  const [a, b, c] = [await Card.plug("a"), await Card.plug("b"), await Card.plug("c")];
  network.partition(["a", "c"], ["b"]);
  a.say(everybody, "cut");
  await hears(c, "cut");
  network.heal();
  a.say(everybody, "healed");
  await Promise.all([hears(b, "healed"), hears(c, "healed")]);
  expect(b.heard).toEqual(["healed"]);
  expect(network.counters("b").dropped).toBe(1);
});

test("a guest that no group names is alone; one that two name is an error", async () => {
  const [a, b] = [await Card.plug("a"), await Card.plug("b")];
  network.partition(["b"]);
  a.say(everybody, "lost");
  b.say(everybody, "lost too");
  await waitFor("both were dropped", () => (network.counters("a").dropped + network.counters("b").dropped === 2 ? true : undefined), { seconds: 10 });
  expect(() => network.partition(["a"], ["b", "a"])).toThrow("a is in two groups");
  expect(() => network.partition(["d"])).toThrow("no guest d on this network; there is a, b");
});

test("frames cut into pieces by the stream arrive whole; a length that no frame has unplugs the card", async () => {
  const [a, b] = [await Card.plug("a"), await Card.plug("b")];
  const frame = framed(Buffer.concat([everybody, address(a.place), Buffer.from([0x88, 0xb5]), Buffer.from("slowly")]));
  for (const byte of frame) {
    a.raw(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await hears(b, "slowly");
  a.raw(Buffer.from("ffffffff", "hex"));
  a.say(everybody, "never");
  const again = await Card.plug("a");
  again.say(everybody, "back");
  await hears(b, "back");
  expect(b.heard).toEqual(["slowly", "back"]);
});

test("a guest that comes back has its old place; nothing is left when the network ends", async () => {
  const a = await Card.plug("a");
  const b = await Card.plug("b");
  a.unplug();
  const again = await Card.plug("a");
  expect(again.place).toEqual(a.place);
  expect(a.place).toMatchObject({ number: 1, mac: "52:54:00:69:63:11", ipv6: "fd69:636f:7300:1::11", ipv4: "10.69.0.17" });
  b.say(everybody, "welcome");
  await hears(again, "welcome");
  network.close();
  expect(fs.existsSync(network.runtimeFolder)).toBe(false);
});
