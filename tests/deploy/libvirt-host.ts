import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { runfile } from "../../tools/lib/runfiles.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

/** A libvirtd of pinned packages with its QEMU, as an ordinary user's session, in a namespace where its packages are /usr. */
export class LibvirtHost {
  readonly folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "libvirt-"));
  /** The same folder as the programs see it, with a short path: sockets lie below. */
  readonly state = "/state";
  readonly uri = "qemu:///session?socket=/state/run/libvirt/libvirt-sock";
  readonly #daemons: ChildProcess[] = [];
  #said = "";

  async start(): Promise<this> {
    for (const name of ["run", "home/.config/libvirt", "pool", "logs"]) fs.mkdirSync(path.join(this.folder, name), { recursive: true });
    fs.writeFileSync(path.join(this.folder, "passwd"), "user:x:1000:1000::/state/home:/bin/sh\n");
    fs.writeFileSync(path.join(this.folder, "group"), "user:x:1000:\n");
    // No log daemon beside it, no core dumps: neither works in a sandbox.
    fs.writeFileSync(path.join(this.folder, "home/.config/libvirt/qemu.conf"), 'stdio_handler = "file"\nmax_core = 0\n');
    await this.#daemon("libvirtd", [], () => this.virsh("version").status === 0);
    this.must("pool-define-as", "default", "dir", "--target", "/state/pool");
    this.must("pool-start", "default");
    return this;
  }

  /** Starts an SSH server that lets the user in with a key of its own, and gives the URI of the same libvirtd by that way. */
  async sshUri(): Promise<string> {
    for (const key of ["host_key", "client_key"]) this.#program("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `/state/${key}`);
    fs.copyFileSync(path.join(this.folder, "client_key.pub"), path.join(this.folder, "authorized_keys"));
    // libvirt's client asks for its helper with `which`, a name that only the package's maintainer script makes.
    fs.mkdirSync(path.join(this.folder, "bin"));
    fs.symlinkSync("/usr/bin/which.debianutils", path.join(this.folder, "bin/which"));
    const port = await freePort();
    const config = {
      ...{ ListenAddress: "127.0.0.1", Port: port, HostKey: "/state/host_key", AuthorizedKeysFile: "/state/authorized_keys", PidFile: "none", UsePAM: "no", StrictModes: "no", PasswordAuthentication: "no" },
      SetEnv: "XDG_RUNTIME_DIR=/state/run PATH=/state/bin:/usr/bin:/usr/sbin LC_ALL=C",
    };
    fs.writeFileSync(path.join(this.folder, "sshd_config"), Object.entries(config).map(([name, value]) => `${name} ${value}\n`).join(""));
    await this.#daemon("/usr/sbin/sshd", ["-D", "-e", "-f", "/state/sshd_config"], () => this.#said.includes(`Server listening on 127.0.0.1 port ${port}`));
    return `qemu+ssh://user@127.0.0.1:${port}/session?keyfile=/state/client_key&no_verify=1`;
  }

  /** Runs a server until `stop`; comes back when it is ready. */
  async #daemon(program: string, args: readonly string[], ready: () => boolean): Promise<void> {
    const [first, ...before] = this.command(program);
    const daemon = spawn(first!, [...before, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    this.#daemons.push(daemon);
    daemon.stderr.on("data", (data) => (this.#said += String(data)));
    const isReady = (): true | undefined => {
      if (daemon.exitCode !== null) throw new Error(`${program} ended: ${this.#said}`);
      return ready() ? true : undefined;
    };
    await waitFor(`${program} is ready`, isReady, { seconds: 60, everyMs: 200, lastSeen: () => this.#said });
  }

  #program(name: string, ...args: string[]): void {
    const [program, ...before] = this.command(name);
    const { status, stderr } = spawnSync(program!, [...before, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
  }

  /** Words that start a program of the packages. The folder is there under its own name, too. */
  command(program: string): string[] {
    const packages = path.resolve(path.dirname(fs.realpathSync(path.join(path.dirname(runfile(process.env["VIRSH"]!)), "../usr/bin/virsh"))), "../..");
    const links = ["lib", "lib64", "bin", "sbin"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]);
    const system = ["--unshare-user", "--uid", "1000", "--gid", "1000", "--ro-bind", `${packages}/usr`, "/usr", ...links, "--tmpfs", "/tmp"];
    const own = ["--bind", this.folder, this.folder, "--tmpfs", "/etc", "--ro-bind", path.join(this.folder, "passwd"), "/etc/passwd", "--ro-bind", path.join(this.folder, "group"), "/etc/group", "--proc", "/proc", "--dev", "/dev", "--ro-bind", "/sys", "/sys"];
    const environment = ["--clearenv", "--setenv", "HOME", "/state/home", "--setenv", "XDG_RUNTIME_DIR", "/state/run", "--setenv", "PATH", "/usr/bin:/usr/sbin", "--setenv", "LC_ALL", "C"];
    return [runfile(process.env["BWRAP"]!), ...system, ...own, ...environment, "--bind", this.folder, "/state", "--die-with-parent", "--", program];
  }

  virsh(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const [program, ...before] = this.command("virsh");
    return spawnSync(program!, [...before, "--connect", this.uri, ...args], { encoding: "utf8" });
  }

  must(...args: string[]): string {
    const { status, stdout, stderr } = this.virsh(...args);
    if (status !== 0) throw new Error(`virsh ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  /** Everything that a deployment can leave. */
  leftovers(): string[] {
    const domains = this.must("list", "--all", "--name").split("\n").filter((name) => name !== "");
    return [...domains, ...fs.readdirSync(path.join(this.folder, "pool"))];
  }

  async stop(): Promise<void> {
    for (const domain of this.virsh("list", "--name").stdout.split("\n").filter((name) => name !== "")) this.virsh("destroy", domain);
    for (const daemon of this.#daemons) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const gone = new Promise((resolve) => daemon.once("close", resolve));
      daemon.kill("SIGTERM");
      await gone;
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** sshd cannot choose one by itself. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
