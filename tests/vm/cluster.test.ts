import { expect } from "@jest/globals";
import { waitForHealthy } from "../../tools/status/wait-for-healthy.ts";
import type { Machine } from "../../tools/vm/machine.ts";
import { useGuests } from "../../tools/vm/testing/use-guests.ts";

const node = { image: "dev", memoryMiB: 2048, ports: [{ guestPort: 8080 }] };

const cluster = useGuests({ left: node, right: node }, async ({ left, right }) => {
  const both = [left, right];
  await Promise.all(both.map((machine) => machine.start()));
  await Promise.all(both.map((machine) => waitForHealthy(`http://127.0.0.1:${machine.hostPort(8080)}`, 600)));
  await Promise.all(both.map((machine) => machine.waitForSsh(300)));
});

const statusOf = (address: string): string => `curl -sS -m 20 -o /dev/null -w '%{http_code} %{content_type}' 'http://[${address}]:8080/api/v2/status'`;
const ping = (address: string): string => `ping -c 1 -W 5 ${address}`;

cluster.test("each has the addresses of its configuration on enp1s0, and a way out on enp2s0", async ({ left, right, network }) => {
  for (const [name, machine] of Object.entries({ left, right })) {
    const { ipv6, ipv4, mac } = network.place(name);
    const link = await machine.succeed("ip -o link show dev enp1s0; ip -o address show dev enp1s0");
    for (const own of [mac, `inet6 ${ipv6}/64`, `inet ${ipv4}/24`]) expect(link).toContain(own);
    expect(await machine.succeed("ip -o address show dev enp2s0; hostname")).toMatch(new RegExp(`inet 10\\.0\\.2\\.15/24[^]*\n${name}$`));
  }
});

cluster.test("each reads the other's status over the network, by both kinds of address", async ({ left, right, network }) => {
  const ask = async (machine: Machine, other: string): Promise<void> => {
    const { ipv6, ipv4 } = network.place(other);
    await machine.succeed(`${ping(ipv6)} && ${ping(ipv4)}`);
    expect(await machine.succeed(statusOf(ipv6))).toBe("200 application/cbor");
  };
  await Promise.all([ask(left, "right"), ask(right, "left")]);
  expect(network.counters("left").received).toBeGreaterThan(5);
});

cluster.test("a cut network is silent, a healed one is whole again; SSH from here never minds", async ({ left, network }) => {
  const { ipv6 } = network.place("right");
  network.partition(["left"], ["right"]);
  await left.fail(ping(ipv6));
  expect(network.counters("right").dropped).toBeGreaterThan(0);
  network.heal();
  await left.succeed(`timeout 60 sh -c 'until ${ping(ipv6)}; do sleep 1; done'`, { seconds: 90 });
});

cluster.test("a pulled cable is seen by its guest", async ({ left, network }) => {
  const carrier = (state: string): Promise<string> => left.succeed(`timeout 60 sh -c 'until [ "$(cat /sys/class/net/enp1s0/operstate)" = ${state} ]; do sleep 0.2; done'`, { seconds: 90 });
  await left.setLink(false);
  await carrier("down");
  await left.setLink(true);
  await carrier("up");
  await left.succeed(`timeout 60 sh -c 'until ${ping(network.place("right").ipv6)}; do sleep 1; done'`, { seconds: 90 });
});
