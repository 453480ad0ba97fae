import { expect, test } from "@jest/globals";
import { guidBytes, isGuid, nameGuid } from "./guid.ts";

test("the first three groups are stored little-endian", () => {
  expect(guidBytes("00112233-4455-6677-8899-aabbccddeeff").toString("hex")).toBe("33221100554477668899aabbccddeeff");
});

test("the example of RFC 9562, appendix A.4", () => {
  expect(nameGuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

test.each(["", "123", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeegg", "{00112233-4455-6677-8899-aabbccddeeff}"])("`%s` is no GUID", (text) => {
  expect(isGuid(text)).toBe(false);
});
