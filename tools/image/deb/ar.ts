/** First bytes of an ar archive: deb(5), ar(5). */
const MAGIC = "!<arch>\n";
const HEADER = 60;

/** Members of an ar archive (the container of a .deb) by name. */
export function readAr(archive: Buffer): Map<string, Buffer> {
  if (archive.toString("latin1", 0, MAGIC.length) !== MAGIC)
    throw new Error(`not an ar archive: expected it to start with ${JSON.stringify(MAGIC)}`);
  const members = new Map<string, Buffer>();
  for (let at = MAGIC.length; at < archive.length;) {
    const size = Number(archive.toString("latin1", at + 48, at + 58));
    const start = at + HEADER;
    if (archive.toString("latin1", at + 58, start) !== "`\n" || !Number.isInteger(size)) throw new Error(`damaged ar header at byte ${at}`);
    if (start + size > archive.length)
      throw new Error(`ar archive ends early: member at byte ${at} needs ${size} bytes, ${archive.length - start} are left`);
    members.set(
      archive
        .toString("latin1", at, at + 16)
        .trimEnd()
        .replace(/\/$/, ""),
      archive.subarray(start, start + size),
    );
    // Members start at even offsets.
    at = start + size + (size % 2);
  }
  return members;
}
