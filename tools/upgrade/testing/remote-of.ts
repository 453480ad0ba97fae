import path from "node:path";
import type { RemoteGuest } from "../../launch/remote-guest.ts";
import { testConfig } from "../../vm/testing/test-config.ts";
import type { SharedGuest } from "../../vm/testing/use-guest.ts";

/** The way into a guest of a test that whatever upgrades it or pushes to it takes. */
export function remoteOf(guest: SharedGuest): RemoteGuest {
  const key = path.join(path.dirname(guest.disk.file), "ssh_key");
  return { name: guest.machine.name, ssh: testConfig().tools.ssh, target: { port: guest.machine.hostPort(22), user: "root", key } };
}
