import { decode } from "cborg";
import * as z from "zod";

/** Tag of self-describing CBOR, RFC 8949 section 3.4.6: the whole document stands inside it. */
const SELF_DESCRIBED = 55799;

/** Health states of a replica; an unknown one is passed on as it is. */
export type ReplicaHealth = "starting" | "waiting_for_certified_state" | "waiting_for_root_delegation" | "certified_state_behind" | "healthy" | (string & {});

const statusSchema = z.object({
  replica_health_status: z.string(),
  impl_version: z.string().optional(),
  impl_hash: z.string().optional(),
  certified_height: z.union([z.number(), z.bigint()]).transform(Number).optional(),
  root_key: z.instanceof(Uint8Array).optional(),
});

/** What a node says of itself at /api/v2/status. */
export interface NodeStatus {
  health: ReplicaHealth;
  /** Version of the replica. */
  version: string | null;
  /** SHA-256 of the replica's program, hexadecimal. */
  implHash: string | null;
  /** Height of the latest certified state; grows while the node works. */
  certifiedHeight: number | null;
  /** Public key of the root subnet: DER, hexadecimal. */
  rootKey: string | null;
}

/** Reads the body of /api/v2/status (CBOR; interface specification of the Internet Computer, "Request: status"). */
export function parseNodeStatus(body: Uint8Array): NodeStatus {
  const document: unknown = decode(body, { tags: { [SELF_DESCRIBED]: (content) => content() } });
  const status = statusSchema.parse(document);
  return {
    health: status.replica_health_status,
    version: status.impl_version ?? null,
    implHash: status.impl_hash ?? null,
    certifiedHeight: status.certified_height ?? null,
    rootKey: status.root_key === undefined ? null : Buffer.from(status.root_key).toString("hex"),
  };
}
