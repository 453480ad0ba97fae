import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { archiveBytes } from "../../tools/image/archive/members.ts";
import { FarmUnderTest, vmRequest, type Answer } from "./farm-under-test.ts";
import { ImageServer } from "./image-server.ts";

const images = new ImageServer();
let farm: FarmUnderTest;
beforeAll(async () => {
  await images.start();
  farm = await new FarmUnderTest(["--image-url", images.url(""), "--max-image-mib", "1024"]).start();
  await farm.must("POST", "group/g", { ttl: 600, spec: {} });
});
afterAll(async () => {
  images.close();
  await farm.cleanUp();
});

// A disk of 1 GiB that is a hole but for two places: as our image rules write them.
const content = randomBytes(128 * 1024);
const disk = { name: "disk.img", bytes: 2 ** 30, pieces: [{ segments: [{ offset: 0, bytes: content }, { offset: 2 ** 29, bytes: content }] }] };
const tar = archiveBytes([disk]);

let count = 0;
const make = (primaryImage: object): Promise<Answer> => farm.ask("POST", `group/g/vm/v${count++}`, vmRequest(primaryImage));

test.each([
  ["plain", tar],
  ["gzip", gzipSync(tar)],
  ["zstd", zstdCompressSync(tar)],
])("an archive (%s) by URL is fetched and unpacked once, and stays sparse", async (name, bytes) => {
  const image = { _tag: "icOsImageViaUrl", ...images.add(`${name}.tar`, bytes) };
  const answers = await Promise.all([make(image), make(image), make(image)]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect(images.asked.filter((asked) => asked.includes(name))).toHaveLength(1);
  const base = path.join(farm.stateDir, "images", `${image.sha256}.raw`);
  const unpacked = fs.statSync(base);
  expect([unpacked.size, unpacked.blocks * 512 < 4 * content.length]).toEqual([2 ** 30, true]);
  const fd = fs.openSync(base, "r");
  for (const offset of [0, 2 ** 29]) {
    const read = Buffer.alloc(content.length);
    fs.readSync(fd, read, 0, read.length, offset);
    expect(read.equals(content)).toBe(true);
  }
  fs.closeSync(fd);
  await farm.must("PUT", `group/g/vm/v${count - 1}/start`);
});

test("a plain image by URL, also through a redirection; by id it needs no second fetch", async () => {
  const { url, sha256 } = images.add("plain.img", randomBytes(5000));
  expect((await make({ _tag: "imageViaUrl", url: url.replace("/plain", "/moved/plain"), sha256 })).status).toBe(200);
  expect((await make({ _tag: "imageViaUrl", url: images.url("gone"), sha256 })).status).toBe(200);
  expect((await make({ _tag: "imageViaId", id: sha256 })).status).toBe(200);
});

test("what cannot be fetched is refused with the reason, and nothing of it is kept", async () => {
  const { url, sha256 } = images.add("disk.img", randomBytes(300_000));
  const wrong = "12".repeat(32);
  const at = (how: string): string => url.replace("/disk.img", `/${how}/disk.img`);
  const before = fs.readdirSync(path.join(farm.stateDir, "files")).length;
  const cases: [object, number, RegExp][] = [
    [{ url, sha256: wrong }, 422, new RegExp(`disk.img: expected SHA-256 ${wrong}, got ${sha256} \\(300000 bytes\\)`)],
    [{ url: at("cut"), sha256 }, 502, /cut\/disk\.img: ./],
    [{ url: at("short"), sha256 }, 422, /expected SHA-256 .*\(150000 bytes\)/],
    [{ url: at("loop"), sha256 }, 502, /more than 5 redirections/],
    [{ url: at("away"), sha256 }, 403, /expected an http or https URL/],
    [{ url: images.url("missing"), sha256 }, 502, /expected status 200, got 404/],
    [{ url: "http://127.0.0.1:1/x", sha256 }, 403, /this farm fetches images from .* only/],
    [{ url: "file:///etc/passwd", sha256 }, 400, /primaryImage/],
  ];
  for (const [image, status, why] of cases) {
    const answer = await make({ _tag: "imageViaUrl", ...image });
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(why)]);
  }
  expect(fs.readdirSync(path.join(farm.stateDir, "files"))).toHaveLength(before);
  expect(fs.readdirSync(path.join(farm.stateDir, "incoming"))).toEqual([]);
});

/** A tar made by the host's tar from what a script leaves in a folder. */
function hostTar(script: string): Buffer {
  const folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "tar-"));
  return execFileSync("sh", ["-c", `cd ${folder} && ${script} && tar -cf - *`]);
}

test.each([
  ["without a disk", hostTar("echo x > other.img")],
  ["whose disk is a link to a file of the host", hostTar("ln -s /etc/passwd disk.img")],
  ["whose disk is a folder", hostTar("mkdir disk.img && echo x > disk.img/x")],
  ["that is cut", tar.subarray(0, tar.length / 2)],
  ["that is noise", randomBytes(100_000)],
  ["that is cut zstd", zstdCompressSync(tar).subarray(0, 50_000)],
  ["that is empty", Buffer.alloc(0)],
])("an archive %s is refused", async (name, bytes) => {
  const answer = await make({ _tag: "icOsImageViaUrl", ...images.add(`${name.replaceAll(" ", "-")}.tar`, bytes) });
  expect([answer.status, answer.body.message]).toEqual([422, expect.stringMatching(/no archive .* with a file disk\.img at its top/)]);
});

test("an archive with a disk larger than the farm takes is refused before it fills the host", async () => {
  const huge = archiveBytes([{ ...disk, bytes: 2 ** 40 }]);
  const answer = await make({ _tag: "icOsImageViaUrl", ...images.add("huge.tar", huge) });
  expect([answer.status, answer.body.message]).toEqual([413, expect.stringMatching(/has 1099511627776 bytes, this farm takes at most 1073741824/)]);
});

test("all of it goes with the group", async () => {
  expect(fs.readdirSync(path.join(farm.stateDir, "incoming"))).toEqual([]);
  await farm.must("DELETE", "group/g");
  await farm.waitForNothing();
});
