import { z } from "zod";

/** One DNS record; its name is relative to the suffix of the answer. */
export const dnsRecord = z.object({
  name: z.string(),
  type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "NAPTR", "PTR", "SOA", "SPF", "SRV", "TXT"]),
  records: z.array(z.string()),
});
export type DnsRecord = z.infer<typeof dnsRecord>;

/** Body of `POST group/G/dns` and `POST group/G/playnet/dns`. */
export const dnsRecords = z.array(dnsRecord);

/** Answer of both: what stands behind each name. */
export const dnsCreated = z.object({ suffix: z.string().min(1) });

/** Answer of `POST group/G/playnet/certificate`: a public test domain of the group's own, with its certificate. */
export const playnetCertificate = z.object({
  playnet: z.string().min(1),
  cert: z.object({ privKeyPem: z.string(), certPem: z.string(), chainPem: z.string() }),
});
export type PlaynetCertificate = z.infer<typeof playnetCertificate>;
