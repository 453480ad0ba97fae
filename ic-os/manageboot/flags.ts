import { parseArgs } from "node:util";
import { ExitCode, Failure } from "../../tools/lib/failure.ts";

/** What manageboot can do. */
export const actions = ["upgrade-install", "upgrade-commit", "upgrade-cancel", "confirm", "status", "current", "target", "next", "current_partition", "target_partition"] as const;

/** A command line that was understood. */
export interface Flags {
  action: (typeof actions)[number];
  /** The update image, for upgrade-install. */
  file: string;
  grubenv?: string | undefined;
  json: boolean;
  version?: string | undefined;
  allowDowngrade: boolean;
  again: boolean;
  noReboot: boolean;
}

/** Shown by --help. */
export const usage = `manageboot [-f GRUBENV] guestos ACTION

Upgrades this system: to the slot that does not run, and back if the new system is not confirmed.

  upgrade-install FILE|-   writes an update image to the other slot and verifies it; - reads standard input
      --version VERSION    refuses any other
      --allow-downgrade    permits a version that is lower than the running one
  upgrade-commit           boots the other slot, once; without confirmation the boot after that goes back
      --version VERSION    refuses any other
      --again              permits a slot that was rolled back
      --no-reboot          leaves the restart to you
  upgrade-cancel           takes a commit back before its first boot
  confirm                  keeps the running system
  status                   slots, versions, state
  current, target, next    A or B: the running slot, the one that is installed to, the one that is booted next
  current_partition, target_partition   the device of the root

  --json                   prints the result for programs
  -f, --grubenv FILE       GRUB's environment block; default /boot/grub/grubenv

Examples:
  manageboot guestos upgrade-install update-img.tar.zst && manageboot guestos upgrade-commit
  curl -sSf https://example.org/update-img.tar.zst | manageboot guestos upgrade-install -

Exit codes: 2 wrong usage, 3 not in this state, 4 the image is refused or does not verify.
More: /usr/share/doc/guestos/Upgrades.adoc
`;

/** Reads the command line. Prints the help and ends the process for --help. */
export function readFlags(args: readonly string[]): Flags {
  const { values, positionals } = parsed(args);
  if (values.help === true) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const [type, name, file, ...more] = positionals;
  const action = actions.find((candidate) => candidate === name);
  if (type !== "guestos") throw wrong(`expected guestos, got \`${type ?? ""}\`: this is a GuestOS`);
  if (action === undefined) throw wrong(`expected an action (${actions.join(", ")}), got \`${name ?? ""}\``);
  if ((action === "upgrade-install") !== (file !== undefined) || more.length > 0) {
    throw wrong(action === "upgrade-install" ? "upgrade-install: expected one update image, or - for standard input" : `${action}: expected no argument, got \`${[file, ...more].join(" ")}\``);
  }
  return {
    ...{ action, file: file ?? "", grubenv: values.grubenv, version: values.version },
    ...{ json: values.json === true, allowDowngrade: values["allow-downgrade"] === true, again: values.again === true, noReboot: values["no-reboot"] === true },
  };
}

function parsed(args: readonly string[]) {
  const flag = { type: "boolean" } as const;
  const text = { type: "string" } as const;
  try {
    const options = { grubenv: { ...text, short: "f" }, json: flag, version: text, "allow-downgrade": flag, again: flag, "no-reboot": flag, help: { ...flag, short: "h" } };
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function wrong(message: string): Failure {
  return new Failure(message, { exitCode: ExitCode.usage, hint: "manageboot --help" });
}
