import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { makeCheckout } from "./checkout.ts";

test("takes the mirror from apt's sources, whether apt has lists or not", async () => {
  using checkout = makeCheckout();
  const mirror = async (...sites: string[]): Promise<string> => {
    checkout.fake("apt-get", `printf '%s\\n' ${sites.join(" ")}`);
    return (await checkout.shell(["private-apt.sh"], "debian_mirror")).stdout;
  };
  expect(await mirror("https://other.invalid/apt", "http://a.invalid/debian-security", "http://b.invalid/debian", "http://c.invalid/debian")).toBe("http://b.invalid/debian");
  expect(await mirror("http://b.invalid/debian/")).toBe("http://b.invalid/debian/");
  // Debian's cloud images.
  expect(await mirror("mirror+file:/etc/apt/mirrors/debian-security.list", "mirror+file:/etc/apt/mirrors/debian.list")).toBe("mirror+file:/etc/apt/mirrors/debian.list");
  expect(await mirror("http://a.invalid/ubuntu")).toBe("");
  const asked = checkout.shell(["private-apt.sh"], "debian_mirror", { ICOS_DEBIAN_MIRROR: "http://asked.invalid/x" });
  expect((await asked).stdout).toBe("http://asked.invalid/x");
});

test("apt keeps the host's proxy and drops its hooks", async () => {
  using checkout = makeCheckout();
  checkout.fake("apt-config", `cat << 'END'
APT::Update::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb";
Acquire::http::Proxy "http://proxy.invalid:3128";
Acquire::https::mirror.invalid::CaInfo "/etc/ca.pem";
Acquire::Languages "de";
END`);
  checkout.fake("apt-get", "true");
  checkout.fake("apt-cache", "true");
  await checkout.shell(["report.sh", "private-apt.sh"], `set_up_apt ${checkout.cache}`, { ICOS_DEBIAN_MIRROR: "http://mirror.invalid/debian" });
  const configuration = fs.readFileSync(path.join(checkout.cache, "apt.conf"), "utf8");
  expect(configuration).toContain('Acquire::http::Proxy "http://proxy.invalid:3128";');
  expect(configuration).toContain('Acquire::https::mirror.invalid::CaInfo "/etc/ca.pem";');
  expect(configuration).not.toContain("Post-Invoke");
  expect(configuration).not.toContain('"de"');
});

test("writes certificates as a Java key store", async () => {
  using checkout = makeCheckout();
  const certificates = [randomBytes(100), randomBytes(1300)];
  const pem = path.join(checkout.folder, "ca.pem");
  const armoured = (bytes: Buffer): string => `# a name\n-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
  fs.writeFileSync(pem, certificates.map(armoured).join("\n"));
  await checkout.shell(["report.sh", "trust-store.sh"], `write_trust_store ${pem} ${checkout.folder}/cacerts`);

  const store = fs.readFileSync(path.join(checkout.folder, "cacerts"));
  const entry = (alias: string, bytes: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from([0, 0, 0, 2, 0, alias.length]),
      Buffer.from(alias),
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 5]),
      Buffer.from("X.509"),
      Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]),
      bytes,
    ]);
  const entries = certificates.map((bytes, index) => entry(`ca0000${index + 1}`, bytes));
  const expected = Buffer.concat([Buffer.from("feedfeed0000000200000002", "hex"), ...entries]);
  const password = Buffer.from("changeit", "utf16le").swap16();
  const digest = createHash("sha1").update(password).update("Mighty Aphrodite").update(expected).digest();
  expect(store.toString("hex")).toBe(Buffer.concat([expected, digest]).toString("hex"));
  expect(fs.readdirSync(checkout.folder).filter((name) => name.startsWith("cacerts"))).toEqual(["cacerts"]);
});

test("overrides only modules that are in every graph", async () => {
  using checkout = makeCheckout();
  await checkout.shell(["modules.sh"], `mkdir -p ${checkout.cache}/etc && write_modules ${checkout.cache} /final`);
  const bazelrc = fs.readFileSync(path.join(checkout.cache, "etc/bazelrc"), "utf8");
  const overrides = [...bazelrc.matchAll(/^common --override_module=(\w+)=(\S+)$/gm)].map(([, name, folder]) => ({ name, folder }));
  expect(overrides).toHaveLength(13);
  // bazel_tools depends on the stubs, and the stub buildozer on all others.
  const stubs = fs.readdirSync(path.join(checkout.cache, "usr/share/bazel-modules"));
  const dependencies = [...fs.readFileSync(path.join(checkout.cache, "usr/share/bazel-modules/buildozer/MODULE.bazel"), "utf8").matchAll(/bazel_dep\(name = "(\w+)"\)/g)];
  expect(overrides.map(({ name }) => name).sort()).toEqual([...stubs, ...dependencies.map(([, name]) => name)].sort());
  for (const stub of stubs) expect(overrides).toContainEqual({ name: stub, folder: `/final/usr/share/bazel-modules/${stub}` });
});

test("puts each jar on the class path once", async () => {
  using checkout = makeCheckout();
  const root = checkout.cache;
  for (const folder of ["usr/share/java", "usr/share/bazel", "usr/lib/x"]) fs.mkdirSync(path.join(root, folder), { recursive: true });
  fs.writeFileSync(path.join(root, "usr/lib/x/libzstd-jni.so"), "zstd");
  for (const jar of ["a-1.0.jar", "b.jar"]) fs.writeFileSync(path.join(root, "usr/share/java", jar), "");
  fs.symlinkSync("a-1.0.jar", path.join(root, "usr/share/java/a.jar"));
  fs.symlinkSync("b.jar", path.join(root, "usr/share/java/b-2.0.jar"));
  await checkout.shell(["install-base.sh"], `version=7.99.1 library_folder=usr/lib/x; complete_install_base ${root} /final`);
  expect(fs.readFileSync(path.join(root, "usr/share/bazel/bazel_classpath_debian_depends.txt"), "utf8")).toBe(
    "/final/usr/share/bazel-version\n/final/usr/share/java/a-1.0.jar\n/final/usr/share/java/b.jar\n",
  );
  expect(fs.readFileSync(path.join(root, "usr/share/bazel-version/build-data.properties"), "utf8")).toContain("build.label=7.99.1\n");
  // Through the link, as the server opens it.
  expect(fs.readFileSync(path.join(root, "usr/share/bazel/libzstd-jni.so"), "utf8")).toBe("zstd");
});
