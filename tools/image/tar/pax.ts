/** Prefix of the pax keyword that carries an extended attribute: star(5), "SCHILY.xattr"; read by mkfs.erofs and mke2fs. */
export const XATTR_PREFIX = "SCHILY.xattr.";

/** Reads the records of a pax extended header ("<length> <keyword>=<value>\n"). Values stay bytes: attributes are binary. */
export function parsePax(data: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString("latin1", at, space));
    const equals = data.indexOf(0x3d, space);
    if (space < 0 || !(length > 0) || equals < 0 || equals >= at + length) throw new Error(`damaged pax record at byte ${at}`);
    records.set(data.toString("utf8", space + 1, equals), data.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}

/** Writes one pax record; its length counts its own digits. */
export function paxRecord(keyword: string, value: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(` ${keyword}=`), value, Buffer.from("\n")]);
  let length = body.length;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}
