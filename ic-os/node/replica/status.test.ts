import { expect, test } from "@jest/globals";
import { decode, Tagged } from "cborg";
import { encodeStatus } from "./status.ts";

const status = { impl_version: "v", impl_hash: "h", replica_health_status: "healthy", certified_height: 7 } as const;

test("the status is self-described CBOR", () => {
  const body = encodeStatus({ ...status, root_key: Uint8Array.of(1, 2) });
  // The tag's own encoding: RFC 8949, section 3.4.6.
  expect(Buffer.from(body.subarray(0, 3)).toString("hex")).toBe("d9d9f7");
  const tagged = decode(body, { tags: Tagged.preserve(55799) }) as Tagged;
  expect(tagged.value).toEqual({ ...status, root_key: Uint8Array.of(1, 2) });
});

test("a root key that is not known is left out", () => {
  const tagged = decode(encodeStatus(status), { tags: Tagged.preserve(55799) }) as Tagged;
  expect(Object.keys(tagged.value as object).sort()).toEqual(["certified_height", "impl_hash", "impl_version", "replica_health_status"]);
});
