import { expect, test } from "@jest/globals";
import { addPamStacks } from "./pam.ts";
import { treeOf } from "./testing.ts";

// As in libpam-runtime 1.7 of Debian 13, comments shortened.
const template = (kind: string): string =>
  `# ${kind}\n$${kind}_primary\n# here's the fallback if no module succeeds\n${kind}\trequisite\t\t\tpam_deny.so\n${kind}\trequired\t\t\tpam_permit.so\n# more\n$${kind}_additional\n# end of pam-auth-update config\n`;

const unix = `Name: Unix authentication
Default: yes
Priority: 256
Auth-Type: Primary
Auth:
	[success=end default=ignore]	pam_unix.so nullok try_first_pass
Auth-Initial:
	[success=end default=ignore]	pam_unix.so nullok
Session-Type: Additional
Session:
	required	pam_unix.so
`;

const systemd = `Name: Register user sessions
Default: yes
Priority: 0
Session-Interactive-Only: yes
Session-Type: Additional
Session:
	optional	pam_systemd.so
`;

const sss = `Name: SSS
Default: yes
Priority: 128
Auth-Type: Primary
Auth:
	[success=end default=ignore]	pam_sss.so use_first_pass
	sufficient	pam_extra.so
`;

const templates = {
  "usr/share/pam/common-auth": template("auth"),
  "usr/share/pam/common-session": template("session"),
  "usr/share/pam/common-session-noninteractive": template("session").replaceAll("session_", "session_nonint_"),
};

function stack(name: string, profiles: Record<string, string>): string[] {
  const tree = treeOf({
    ...templates,
    ...Object.fromEntries(Object.entries(profiles).map(([file, text]) => [`usr/share/pam-configs/${file}`, text])),
  });
  addPamStacks(tree);
  return tree
    .text(`etc/pam.d/common-${name}`)!
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

test("the first profile's jump leads over all others and the deny line", () => {
  expect(stack("auth", { unix, sss })).toEqual([
    "auth\t[success=3 default=ignore]\tpam_unix.so nullok",
    "auth\t[success=2 default=ignore]\tpam_sss.so use_first_pass",
    "auth\tsufficient\tpam_extra.so ",
    "auth\trequisite\t\t\tpam_deny.so",
    "auth\trequired\t\t\tpam_permit.so",
  ]);
});

test("an empty primary block permits; additional modules follow", () => {
  expect(stack("session", { unix, systemd })).toEqual([
    "session\t[default=1]\t\t\tpam_permit.so",
    "session\trequisite\t\t\tpam_deny.so",
    "session\trequired\t\t\tpam_permit.so",
    "session\trequired\tpam_unix.so ",
    "session\toptional\tpam_systemd.so ",
  ]);
});

test("a jump to the end of the additional block does not leave the stack", () => {
  const jumping = systemd.replace("optional	pam_systemd.so", "[success=end default=ignore]	pam_a.so\n	optional	pam_b.so");
  expect(stack("session", { jumping })).toContain("session\t[success=1 default=ignore]\tpam_a.so ");
});

test("interactive modules stay out of non-interactive sessions", () => {
  expect(stack("session-noninteractive", { unix, systemd }).join()).not.toContain("pam_systemd");
  expect(stack("session-noninteractive", { unix, systemd }).join()).toContain("pam_unix");
});

test("profiles that are off by default stay out", () => {
  expect(stack("auth", { unix: unix.replace("Default: yes", "Default: no") })[0]).toBe("auth\t[default=1]\t\t\tpam_permit.so");
});
