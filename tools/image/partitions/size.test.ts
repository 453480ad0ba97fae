import { expect, test } from "@jest/globals";
import { formatSize, parseSize, requireSize } from "./size.ts";

test.each([["1", 1], ["512", 512], ["100M", 104857600], ["50G", 53687091200], ["4K", 4096]])("%s is %d bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(["", "0", "M", "1.5G", "-1", "1T", "10 M", "1e3", "99999999999G"])("`%s` is no size", (text) => {
  expect(parseSize(text)).toBeUndefined();
});

test.each([[53687091200, "50 GiB"], [104857600, "100 MiB"], [157286400, "150 MiB"], [1024, "1 KiB"], [16896, "16.5 KiB"], [1500, "1500 bytes"], [45413826560, "42.3 GiB"]])("%d bytes read as %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test("a flag with a bad size names itself", () => {
  expect(() => requireSize("--size", "1000", 4096)).toThrow("--size: expected a size such as 100M or 50G, a multiple of 4096 bytes, got `1000`");
});
