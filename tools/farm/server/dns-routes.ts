import { dnsCreated, dnsRecords, playnetCertificate } from "../wire/dns.ts";
import { Refused } from "./refused.ts";
import { answer, api, jsonBody, operation, params } from "./route.ts";

const tags = ["names"];

// 404 and not 501: clients of this API take 404 as final and ask again after anything else.
const refuse = (what: string): never => {
  throw new Refused(404, `this farm has no ${what}: it runs on one host and owns no domain`, { hint: "use the addresses of the VMs", retryable: false });
};

/** Names and certificates of public test domains: refused, with the reason. */
export function dnsRoutes() {
  const request = { params: params.group, body: jsonBody(dnsRecords) };
  const dns = operation({ method: "post", path: "/group/{group}/dns", tags, summary: "Not on this farm: DNS records", request, responses: answer("", dnsCreated) });
  const playnetDns = operation({ method: "post", path: "/group/{group}/playnet/dns", tags, summary: "Not on this farm: DNS records of a playnet", request, responses: answer("", dnsCreated) });
  const certificate = operation({
    method: "post",
    path: "/group/{group}/playnet/certificate",
    tags,
    summary: "Not on this farm: a playnet and its certificate",
    request: { params: params.group },
    responses: answer("", playnetCertificate),
  });
  return api()
    .openapi(dns, () => refuse("DNS zone"))
    .openapi(playnetDns, () => refuse("playnets"))
    .openapi(certificate, () => refuse("playnets"));
}
