import path from "node:path";
import { sourceDateEpoch } from "../../../tools/lib/epoch.ts";

const FAKEROOT_LIBRARIES = "/usr/lib/x86_64-linux-gnu/libfakeroot";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/**
 * A command run in a root file system of tools, as root of a user namespace that has this one user: nothing of the host is seen, and neither
 * root nor subordinate uids are needed. bwrap itself runs on the tools' own loader.
 */
export function inSandbox(root: string, mounts: Readonly<Record<string, string>>, command: Command): Command {
  const libraries = path.join(root, "usr/lib/x86_64-linux-gnu");
  return [
    path.join(libraries, "ld-linux-x86-64.so.2"),
    ...["--library-path", libraries, path.join(root, "usr/bin/bwrap")],
    ...["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--uid", "0", "--gid", "0", "--cap-add", "ALL"],
    ...["--hostname", "reference", "--die-with-parent", "--bind", root, "/", "--dev", "/dev", "--proc", "/proc"],
    ...Object.entries(mounts).flatMap(([target, source]) => ["--bind", source, target]),
    "--clearenv",
    ...Object.entries({
      PATH: "/usr/sbin:/usr/bin",
      LC_ALL: "C.UTF-8",
      TMPDIR: "/tmp",
      SOURCE_DATE_EPOCH: String(sourceDateEpoch),
      // fakeroot names its library without a folder, so that it is found outside and inside of the chroot.
      LD_LIBRARY_PATH: FAKEROOT_LIBRARIES,
      // There is no second uid to try a real chown with.
      FAKEROOTDONTTRYCHOWN: "1",
    }).flatMap(([name, value]) => ["--setenv", name, value]),
    "--",
    ...command,
  ];
}

/**
 * mmdebstrap as root whose ownership is faked by fakeroot, of all packages of the repository. It runs their maintainer scripts in a chroot.
 * Of the variants, only `essential` is unpacked and configured in two steps as on a real system.
 */
export function mmdebstrap(names: readonly string[]): Command {
  const setup = [
    `mkdir -p "$1${FAKEROOT_LIBRARIES}" "$1/dev"`,
    `cp -a ${FAKEROOT_LIBRARIES}/. "$1${FAKEROOT_LIBRARIES}"`,
    // In place of mmdebstrap's own: a devpts for group tty (5) needs a second gid.
    'mount --rbind /dev "$1/dev"',
  ];
  const finish = ['umount -R "$1/dev"', `rm -r "$1${FAKEROOT_LIBRARIES}"`];
  return [
    "fakeroot-sysv",
    "mmdebstrap",
    ...["--verbose", "--mode=root", "--variant=essential", "--format=tar", `--include=${names.join(",")}`, "--skip=chroot/mount/dev"],
    ...['APT::Install-Recommends "0"', 'Acquire::Languages "none"', 'APT::Sandbox::User "root"'].map((option) => `--aptopt=${option}`),
    `--setup-hook=${setup.join(" && ")}`,
    `--customize-hook=${finish.join(" && ")}`,
    ...["", "/output/reference.tar", "deb [trusted=yes] copy:///repository ./"],
  ];
}
