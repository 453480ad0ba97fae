import { expect, test } from "@jest/globals";
import { parseOffers, parsePlan, parseStanzas } from "./apt_output.ts";

test("a plan lists what is installed, not what is configured", () => {
  const stdout = `NOTE: This is only a simulation!
Inst gcc-14-base (14.2.0-19 Debian:13.1/stable [amd64])
Inst libc6 (2.41-12 Debian:13.1/stable [amd64]) []
Inst tzdata [2024a-1] (2025b-4 Debian:13.1/stable, Debian:stable-updates [all])
Conf gcc-14-base (14.2.0-19 Debian:13.1/stable [amd64])
`;
  expect(parsePlan(stdout)).toEqual([
    { name: "gcc-14-base", version: "14.2.0-19" },
    { name: "libc6", version: "2.41-12" },
    { name: "tzdata", version: "2025b-4" },
  ]);
});

test("an offer names the site and the suite as in the source list", () => {
  const stdout = ` openssl |  3.5.1-1 | http://mirror/debian trixie/main amd64 Packages
 openssl | 3.5.1-1+deb13u1 | http://mirror/debian-security/ trixie-security/main amd64 Packages
 openssl |    3.5.1-1 | http://mirror/debian trixie/main Sources
`;
  expect(parseOffers(stdout)).toEqual([
    { name: "openssl", version: "3.5.1-1", site: "http://mirror/debian", suite: "trixie" },
    { name: "openssl", version: "3.5.1-1+deb13u1", site: "http://mirror/debian-security", suite: "trixie-security" },
  ]);
});

test("stanzas keep continued lines and tell fields apart from text", () => {
  const stanzas = parseStanzas(`Package: adduser
Description: add users
 Homepage: not a field
Size: 190932

Package: bash
Size: 1
`);
  expect(stanzas.map((fields) => Object.fromEntries(fields))).toEqual([
    { package: "adduser", description: "add users\n Homepage: not a field", size: "190932" },
    { package: "bash", size: "1" },
  ]);
});
