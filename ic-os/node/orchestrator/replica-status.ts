import { decode } from "cborg";
import * as z from "zod";
import { httpGet } from "./http-get.ts";

const status = z.object({
  impl_version: z.string().optional(),
  impl_hash: z.string().optional(),
  replica_health_status: z.string().optional(),
  certified_height: z.int().optional(),
});

/** What the replica says of itself. */
export type ReportedStatus = z.infer<typeof status>;

/** Asks a replica for its status; undefined when it does not answer, or not with a status. */
export async function askReplica(url: string, timeoutMilliseconds = 1000): Promise<ReportedStatus | undefined> {
  try {
    const body = await httpGet(`${url}/api/v2/status`, { bytes: 64 * 1024, milliseconds: timeoutMilliseconds });
    // Self-described CBOR: the tag says nothing of the content.
    return status.parse(decode(body, { tags: { 55799: (content) => content() } }));
  } catch {
    return undefined;
  }
}
