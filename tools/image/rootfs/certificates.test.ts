import { expect, test } from "@jest/globals";
import { addCertificates } from "./certificates.ts";
import { subjectHash } from "./subject-hash.ts";
import { treeOf } from "./testing.ts";

// From ca-certificates of Debian 13.
const isrg = `
-----BEGIN CERTIFICATE-----
MIICGzCCAaGgAwIBAgIQQdKd0XLq7qeAwSxs6S+HUjAKBggqhkjOPQQDAzBPMQsw
CQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2gg
R3JvdXAxFTATBgNVBAMTDElTUkcgUm9vdCBYMjAeFw0yMDA5MDQwMDAwMDBaFw00
MDA5MTcxNjAwMDBaME8xCzAJBgNVBAYTAlVTMSkwJwYDVQQKEyBJbnRlcm5ldCBT
ZWN1cml0eSBSZXNlYXJjaCBHcm91cDEVMBMGA1UEAxMMSVNSRyBSb290IFgyMHYw
EAYHKoZIzj0CAQYFK4EEACIDYgAEzZvVn4CDCuwJSvMWSj5cz3es3mcFDR0HttwW
+1qLFNvicWDEukWVEYmO6gbf9yoWHKS5xcUy4APgHoIYOIvXRdgKam7mAHf7AlF9
ItgKbppbd9/w+kHsOdx1ymgHDB/qo0IwQDAOBgNVHQ8BAf8EBAMCAQYwDwYDVR0T
AQH/BAUwAwEB/zAdBgNVHQ4EFgQUfEKWrt5LSDv6kviejM9ti6lyN5UwCgYIKoZI
zj0EAwMDaAAwZQIwe3lORlCEwkSHRhtFcP9Ymd70/aTSVaYgLXTWNLxBo1BfASdW
tL4ndQavEi51mI38AjEAi/V3bNTIZargCyzuFJ0nN6T5U6VR5CmD1/iQMVtCnwr1
/q4AaOeMSQ+2b1tbFfLn
-----END CERTIFICATE-----
`;

// Its subject has letters beyond ASCII.
const netlock = `
-----BEGIN CERTIFICATE-----
MIIEFTCCAv2gAwIBAgIGSUEs5AAQMA0GCSqGSIb3DQEBCwUAMIGnMQswCQYDVQQG
EwJIVTERMA8GA1UEBwwIQnVkYXBlc3QxFTATBgNVBAoMDE5ldExvY2sgS2Z0LjE3
MDUGA1UECwwuVGFuw7pzw610dsOhbnlraWFkw7NrIChDZXJ0aWZpY2F0aW9uIFNl
cnZpY2VzKTE1MDMGA1UEAwwsTmV0TG9jayBBcmFueSAoQ2xhc3MgR29sZCkgRsWR
dGFuw7pzw610dsOhbnkwHhcNMDgxMjExMTUwODIxWhcNMjgxMjA2MTUwODIxWjCB
pzELMAkGA1UEBhMCSFUxETAPBgNVBAcMCEJ1ZGFwZXN0MRUwEwYDVQQKDAxOZXRM
b2NrIEtmdC4xNzA1BgNVBAsMLlRhbsO6c8OtdHbDoW55a2lhZMOzayAoQ2VydGlm
aWNhdGlvbiBTZXJ2aWNlcykxNTAzBgNVBAMMLE5ldExvY2sgQXJhbnkgKENsYXNz
IEdvbGQpIEbFkXRhbsO6c8OtdHbDoW55MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A
MIIBCgKCAQEAxCRec75LbRTDofTjl5Bu0jBFHjzuZ9lk4BqKf8owyoPjIMHj9DrT
lF8afFttvzBPhCf2nx9JvMaZCpDyD/V/Q4Q3Y1GLeqVw/HpYzY6b7cNGbIRwXdrz
AZAj/E4wqX7hJ2Pn7WQ8oLjJM2P+FpD/sLj916jAwJRDC7bVWaaeVtAkH3B5r9s5
VA1lddkVQZQBr17s9o3x/61k/iCa11zr/qYfCGSji3ZVrR47KGAuhyXoqq8fxmRG
ILdwfzzeSNuWU7c5d+Qa4scWhHaXWy+7GRWF+GmF9ZmnqfI0p6m2pgP8b4Y9VHx2
BJtr+UBdADTHLpl1neWIA6pN+APSQnbAGwIDAKiLo0UwQzASBgNVHRMBAf8ECDAG
AQH/AgEEMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUzPpnk/C2uNClwB7zU/2M
U9+D15YwDQYJKoZIhvcNAQELBQADggEBAKt/7hwWqZw8UQCgwBEIBaeZ5m8BiFRh
bvG5GK1Krf6BQCOUL/t1fC8oS2IkgYIL9WHxHG64YTjrgfpioTtaYtOUZcTh5m2C
+C8lcLIhJsFyUR+MLMOEkMNaj7rP9KdlpeuY0fsFskZ1FSNqb4VjMIDw1Z4fKRzC
bLBQWV2QWzuoDTDPv31/zvGdg73JRm4gpvlhUbohL3u+pRVjodSVh/GeufOJ8z2F
uLjbvrW5KfnaNwUASZQDhETnv0Mxz3WLJdH0pmT1kvarBes96aULNmLazAZfNou2
XjG4Kvte9nHfRCaexOYNkbQudZWAUWpLMKawYqGT8ZvYzsRjdT9ZR7E=
-----END CERTIFICATE-----
`;

// Made with: openssl req -x509 -newkey ed25519 -nodes -subj "/O=  Two   WORDS /CN=Test"
const spaced = `-----BEGIN CERTIFICATE-----
MIIBZzCCARmgAwIBAgIUGWgkQKSc9fK2Wakt15C6ziDHOCkwBQYDK2VwMCgxFzAV
BgNVBAoMDiAgVHdvICAgV09SRFMgMQ0wCwYDVQQDDARUZXN0MCAXDTI2MTEyMzA2
MzM1M1oYDzIxMjYxMDMwMDYzMzUzWjAoMRcwFQYDVQQKDA4gIFR3byAgIFdPUkRT
IDENMAsGA1UEAwwEVGVzdDAqMAUGAytlcAMhAMCkNDTHtVCufEyu9RsS43YgULSP
/XfPkJKrULKNKkQFo1MwUTAdBgNVHQ4EFgQUwnIqPCSkj43PsRa7QpVMtnP2kWcw
HwYDVR0jBBgwFoAUwnIqPCSkj43PsRa7QpVMtnP2kWcwDwYDVR0TAQH/BAUwAwEB
/zAFBgMrZXADQQB3rbx81zkku3ZKUJ1ypmhXFTtziqkIrZ6w+JxGSW3lOCVOWvOP
jTmbqqo3JgGngTzKcPAn1fYY4N4WxRCqfXkL
-----END CERTIFICATE-----
`;

test("hashes are those of openssl x509 -hash", () => {
  expect(subjectHash(isrg)).toBe("0b9bc432");
  expect(subjectHash(netlock)).toBe("988a38cb");
  expect(subjectHash(spaced)).toBe("f0e4dfcc");
});

test("certificates get a link by name, a link by hash and a place in the bundle", () => {
  const name = "mozilla/NetLock_Arany_(Class_Gold),_x.crt";
  const tree = treeOf({
    [`usr/share/ca-certificates/${name}`]: netlock,
    "usr/share/ca-certificates/mozilla/B.crt": isrg.trimEnd(),
    "usr/share/ca-certificates/mozilla/C.crt": isrg,
  });
  addCertificates(tree);
  expect(tree.below("etc/ssl/certs").map((at) => `${at.slice("etc/ssl/certs/".length)} -> ${tree.get(at)!.link}`)).toEqual([
    "0b9bc432.0 -> B.pem",
    "0b9bc432.1 -> C.pem",
    "988a38cb.0 -> NetLock_Arany_=Class_Gold=__x.pem",
    "B.pem -> /usr/share/ca-certificates/mozilla/B.crt",
    "C.pem -> /usr/share/ca-certificates/mozilla/C.crt",
    `NetLock_Arany_=Class_Gold=__x.pem -> /usr/share/ca-certificates/${name}`,
    "ca-certificates.crt -> ",
  ]);
  expect(tree.text("etc/ssl/certs/ca-certificates.crt")).toBe(`${isrg.trimEnd()}\n${isrg}${netlock}`);
  expect(tree.text("etc/ca-certificates.conf")).toBe(`mozilla/B.crt\nmozilla/C.crt\n${name}\n`);
});
