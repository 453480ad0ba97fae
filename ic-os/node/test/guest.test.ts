import { expect } from "@jest/globals";
import { waitForHealthy } from "../../../tools/status/wait-for-healthy.ts";
import type { Machine } from "../../../tools/vm/machine.ts";
import { useGuest } from "../../../tools/vm/testing/use-guest.ts";

const api = 8080;
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqn6l5QDG7y8SyoV5dW0nT9qF4BqgGJpFmEfIu6u3Bq someone";
const registry = "/var/lib/ic/data/ic_registry_local_store/registry.json";

const guest = useGuest(
  "dev",
  async (machine) => {
    await machine.start();
    await machine.waitForSsh(400);
    await waitForHealthy(url(machine), 200);
  },
  { ports: [{ guestPort: api }] },
);

const url = (machine: Machine): string => `http://127.0.0.1:${machine.hostPort(api)}`;

guest.test("the node runs without any privilege", async (machine) => {
  expect(await machine.succeed("systemctl is-active ic-replica.service")).toBe("active");
  expect(await machine.succeed("systemctl show -P StatusText ic-replica.service")).toBe("supervising the replica");
  const processes = (await machine.succeed("systemctl status ic-replica.service --no-pager | grep -o '[0-9]* /opt/ic/bin/node /opt/ic/bin/[a-z]*'")).split("\n");
  expect(processes.map((line) => line.split("/").at(-1)).sort()).toEqual(["orchestrator", "replica"]);
  for (const pid of processes.map((line) => line.split(" ")[0])) {
    const status = await machine.succeed(`grep -E '^(Uid|CapBnd|NoNewPrivs|Seccomp):' /proc/${pid}/status`);
    expect(status).toMatch(/^Uid:\t2001\t2001\t2001\t2001$/m);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
  }
});

guest.test("its configuration is rendered from the guest's", async (machine) => {
  const config = await machine.succeed("grep -v '^//' /run/ic-node/config/ic.json5");
  expect(JSON.parse(config)).toEqual({ data_api: true, nns_public_key: null, registry: { sources: [registry] } });
});

guest.test("keys of the registry open logins, and its firewall does not close SSH", async (machine) => {
  const rules = [{ action: "deny", ipv4_prefixes: ["0.0.0.0/0"], ipv6_prefixes: ["::/0"], ports: [22, 9100] }];
  const text = JSON.stringify({ version: 1, ssh_keys: { readonly: [key] }, firewall: { rules } });
  await machine.succeed(`install -d -o ic-replica -g ic-replica -m 0750 ${registry.replace(/\/[^/]*$/, "")} && echo '${text}' > ${registry}.new && mv ${registry}.new ${registry}`);
  await machine.succeed("timeout 60 sh -c 'until [ -s /boot/config/accounts_ssh_authorized_keys/readonly ]; do sleep 0.2; done'", { seconds: 90 });
  expect(await machine.succeed("cat /boot/config/accounts_ssh_authorized_keys/readonly")).toBe(key);
  expect(await machine.succeed("nft -c -f /run/ic-node/nftables-ruleset/nftables.conf && echo sound")).toBe("sound");
  await machine.succeed("timeout 60 sh -c 'until nft list ruleset | grep -q 9100.*drop; do sleep 0.5; done'", { seconds: 90 });
  expect(await machine.succeed("echo still here")).toBe("still here");
  expect(await machine.succeed("systemctl --failed --no-legend --plain")).toBe("");
});

guest.test("confirmed data and the registry outlive a power cut", async (machine) => {
  const keys = Array.from({ length: 20 }, (_, n) => `key${n}`);
  for (const name of keys) expect((await fetch(`${url(machine)}/_/data/${name}`, { method: "PUT", body: `value of ${name}` })).status).toBe(204);
  await machine.cutPower();
  await machine.start();
  await waitForHealthy(url(machine), 400);
  for (const name of keys) expect(await (await fetch(`${url(machine)}/_/data/${name}`)).text()).toBe(`value of ${name}`);
  await machine.waitForSsh(200);
  await machine.succeed("timeout 60 sh -c 'until [ $(nft list ruleset | grep -c 9100.*drop) = 2 ]; do sleep 0.5; done'", { seconds: 90 });
});
