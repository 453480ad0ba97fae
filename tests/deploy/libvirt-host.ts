import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { runfile } from "../../tools/lib/runfiles.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

/** A libvirtd of pinned packages with its QEMU, as an ordinary user's session, in a namespace where its packages are /usr. */
export class LibvirtHost {
  readonly folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "libvirt-"));
  /** The same folder as the programs see it, with a short path: sockets lie below. */
  readonly state = "/state";
  readonly uri = "qemu:///session?socket=/state/run/libvirt/libvirt-sock";
  #daemon: ChildProcess | undefined;
  #said = "";

  async start(): Promise<this> {
    for (const name of ["run", "home/.config/libvirt", "pool", "logs"]) fs.mkdirSync(path.join(this.folder, name), { recursive: true });
    fs.writeFileSync(path.join(this.folder, "passwd"), "user:x:1000:1000::/state/home:/bin/sh\n");
    fs.writeFileSync(path.join(this.folder, "group"), "user:x:1000:\n");
    // No log daemon beside it, no core dumps: neither works in a sandbox.
    fs.writeFileSync(path.join(this.folder, "home/.config/libvirt/qemu.conf"), 'stdio_handler = "file"\nmax_core = 0\n');
    const [program, ...args] = this.command("libvirtd");
    this.#daemon = spawn(program!, args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#daemon.stderr!.on("data", (data) => (this.#said += String(data)));
    const answers = (): true | undefined => {
      if (this.#daemon?.exitCode !== null) throw new Error(`libvirtd ended: ${this.#said}`);
      return this.virsh("version").status === 0 ? true : undefined;
    };
    await waitFor("libvirtd answers", answers, { seconds: 60, everyMs: 200, lastSeen: () => this.#said });
    this.must("pool-define-as", "default", "dir", "--target", "/state/pool");
    this.must("pool-start", "default");
    return this;
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
    const daemon = this.#daemon;
    if (daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
      const gone = new Promise((resolve) => daemon.once("close", resolve));
      daemon.kill("SIGTERM");
      await gone;
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
