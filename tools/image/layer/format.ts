/**
 * A layer is a tar archive of unpacked packages, one after the other in name order. For each package, first its control files under this
 * folder (`.icos/control/<package>/control`, `postinst` ...), then its files: so the owner of every file is known without an index.
 */
export const CONTROL_FOLDER = ".icos/control/";

/** Control files that later stages read; the rest (checksums, symbols, removal scripts, debconf templates) is dropped. */
export const keptControlFiles: readonly string[] = ["control", "conffiles", "postinst"];
