import { expect, test } from "@jest/globals";
import { localUrl, parseListenAddress } from "./address.ts";
import { prefixFamily } from "./prefix.ts";

test.each([
  ["[::]:8080", { host: "::", port: 8080 }],
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["[fd00::1]:65535", { host: "fd00::1", port: 65535 }],
])("%s is an address", (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});

test.each(["", "8080", ":8080", "::1:8080", "[127.0.0.1]:80", "localhost:80", "127.0.0.1:65536", "127.0.0.1", "[::]:", "127.0.0.1:80x"])("%j is none", (text) => {
  expect(parseListenAddress(text)).toBeUndefined();
});

test("a wildcard address is reached over loopback", () => {
  expect(localUrl({ host: "::", port: 8080 })).toBe("http://[::1]:8080");
  expect(localUrl({ host: "0.0.0.0", port: 80 })).toBe("http://127.0.0.1:80");
  expect(localUrl({ host: "10.0.0.1", port: 80 })).toBe("http://10.0.0.1:80");
});

test.each([
  ["10.0.0.0/8", 4],
  ["0.0.0.0/0", 4],
  ["::/0", 6],
  ["2001:db8::/32", 6],
  ["10.0.0.0/33", undefined],
  ["10.0.0.0", undefined],
  ["::/129", undefined],
  ["::1; drop/64", undefined],
])("%s is a prefix of family %s", (text, family) => {
  expect(prefixFamily(text)).toBe(family);
});
