import { encode, Tagged } from "cborg";
import type { Health } from "./health.ts";

// "Self-described CBOR": RFC 8949, section 3.4.6.
const selfDescribed = 55799;

/** What `GET /api/v2/status` says: https://internetcomputer.org/docs/references/ic-interface-spec#http-status. */
export interface ReplicaStatus {
  /** Public key in DER; left out while it is not known. */
  root_key?: Uint8Array;
  impl_version: string;
  /** SHA-256 of the program, in hexadecimal digits. */
  impl_hash: string;
  replica_health_status: Health;
  certified_height: number;
}

/** The body of an answer. */
export function encodeStatus(status: ReplicaStatus): Uint8Array<ArrayBuffer> {
  return encode(new Tagged(selfDescribed, status));
}
