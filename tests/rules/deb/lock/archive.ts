import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { exec } from "../../../../tools/lib/exec.ts";

/** Programs of the pinned packages. */
export interface Programs {
  dpkgDeb: string;
  gpg: string;
}

/** Fields of a package's control file; those it needs not say are filled in. */
export type Control = Record<string, string> & { Package: string; Version: string };

/** Builds a small archive below `root`: `pool/` and the indexes of one suite. Format: wiki.debian.org/DebianRepository/Format. */
export class TestArchive {
  readonly root: string;
  readonly #programs: Programs;
  readonly #home: string;

  constructor(root: string, programs: Programs) {
    this.root = root;
    this.#programs = programs;
    this.#home = path.join(root, "../gnupg");
    fs.mkdirSync(this.#home, { recursive: true, mode: 0o700 });
  }

  /** Makes a signing key and exports its public part to `keyring`. */
  async key(user: string, keyring: string): Promise<void> {
    await this.#gpg(["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"]);
    await this.#gpg(["--output", keyring, "--export", user]);
  }

  /** Puts packages into a suite: one component `main` of the packages, further components empty. */
  async suite(suite: string, packages: readonly Control[], options: { validUntil?: Date; components?: readonly string[] } = {}): Promise<void> {
    const stanzas = await Promise.all(packages.map((control) => this.#package(control)));
    const lists: string[] = [];
    for (const component of options.components ?? ["main"]) {
      const text = component === "main" ? stanzas.join("\n") : "";
      const name = `${component}/binary-amd64/Packages`;
      this.write(`dists/${suite}/${name}`, text);
      lists.push(` ${sha256(text)} ${Buffer.byteLength(text)} ${name}`);
    }
    const until = options.validUntil === undefined ? "" : `Valid-Until: ${options.validUntil.toUTCString()}\n`;
    this.write(
      `dists/${suite}/Release`,
      `Origin: Test\nSuite: ${suite}\nCodename: ${suite}\nDate: ${new Date(Date.now() - 86_400_000).toUTCString()}\n${until}Architectures: amd64\nComponents: ${(options.components ?? ["main"]).join(" ")}\nSHA256:\n${lists.join("\n")}\n`,
    );
  }

  /** Signs a suite's Release into its InRelease. */
  async sign(suite: string, user: string): Promise<void> {
    const folder = path.join(this.root, "dists", suite);
    await this.#gpg(["--yes", "--local-user", user, "--output", path.join(folder, "InRelease"), "--clearsign", path.join(folder, "Release")]);
  }

  /** Writes a file of the archive. */
  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true });
    fs.writeFileSync(path.join(this.root, name), text);
  }

  async #package(control: Control): Promise<string> {
    const full: Record<string, string> = { Architecture: "amd64", Maintainer: "Test <test@example.org>", ...control, Description: `test package ${control.Package}` };
    const text = Object.entries(full)
      .map(([field, value]) => `${field}: ${value}\n`)
      .join("");
    const name = `pool/main/${control.Package}_${control.Version}_${full["Architecture"]}.deb`;
    const tree = path.join(this.root, "../trees", `${control.Package}_${control.Version}`);
    fs.mkdirSync(path.join(tree, "DEBIAN"), { recursive: true });
    fs.mkdirSync(path.join(this.root, "pool/main"), { recursive: true });
    fs.writeFileSync(path.join(tree, "DEBIAN/control"), text);
    await exec(this.#programs.dpkgDeb, ["--root-owner-group", "-Znone", "--build", tree, path.join(this.root, name)]);
    const deb = fs.readFileSync(path.join(this.root, name));
    return `${text}Filename: ${name}\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n`;
  }

  async #gpg(args: readonly string[]): Promise<void> {
    await exec(this.#programs.gpg, ["--homedir", this.#home, "--batch", "--quiet", "--pinentry-mode", "loopback", ...args]);
  }
}

/** Serves a folder on a free port of 127.0.0.1; gives its URL and how to end it. */
export async function serve(folder: string): Promise<{ url: string; close: () => void }> {
  const server = http.createServer((request, response) => {
    const file = path.join(folder, path.normalize(decodeURIComponent(request.url ?? "/")));
    if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": fs.statSync(file).size });
    fs.createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close().closeAllConnections() };
}

function sha256(data: string | Uint8Array): string {
  return crypto.createHash("sha256").update(data).digest("hex");
}
