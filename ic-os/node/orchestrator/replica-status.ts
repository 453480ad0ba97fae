import { decode } from "cborg";
import * as z from "zod";

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
    const answer = await fetch(`${url}/api/v2/status`, { signal: AbortSignal.timeout(timeoutMilliseconds) });
    if (!answer.ok) return undefined;
    // Self-described CBOR: the tag says nothing of the content.
    return status.parse(decode(new Uint8Array(await answer.arrayBuffer()), { tags: { 55799: (content) => content() } }));
  } catch {
    return undefined;
  }
}
