import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLog } from "../lib/log.ts";
import { rootKey } from "./root-key.ts";

let folder: string;
const log = createLog("test", () => {});
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "key-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, "nns_public_key.pem");

test("the configuration's key comes first, then the file's, then one of the node's own, which stays", async () => {
  const own = await rootKey(folder, { configured: null, file: file() }, log);
  expect(Buffer.from(await rootKey(folder, { configured: null, file: file() }, log))).toEqual(Buffer.from(own));
  fs.writeFileSync(file(), "-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----\n");
  expect(await rootKey(folder, { configured: null, file: file() }, log)).toEqual(Uint8Array.of(1, 2, 3));
  expect(await rootKey(folder, { configured: Uint8Array.of(9), file: file() }, log)).toEqual(Uint8Array.of(9));
});

test("a file that holds no key is named", async () => {
  fs.writeFileSync(file(), "-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----\n");
  await expect(rootKey(folder, { configured: null, file: file() }, log)).rejects.toThrow(/nns_public_key\.pem: expected a public key in PEM/);
});
