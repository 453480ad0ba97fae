import { file, folder, makeDeb } from "../../../tools/image/deb/testing/make-deb.ts";

/** The package below, and the file it has. */
export const PROBE = "honesty-probe";

/**
 * A package whose script does what a user namespace of one user cannot really do: give a file to another user, and a capability. The test looks
 * for both in the result: that no package of the image has capabilities can then be believed.
 */
export function probePackage(): Buffer {
  const path = `usr/share/${PROBE}`;
  return makeDeb({
    name: PROBE,
    control: "Depends: libcap2-bin\n",
    postinst: `#!/bin/sh\nset -e\nchown games:games /${path}\nchmod 4750 /${path}\nsetcap cap_net_raw=ep /${path}\n`,
    entries: [folder("usr"), folder("usr/share"), file(path, "probe\n")],
  });
}
