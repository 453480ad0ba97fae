import fs from "node:fs";
import { localGuestConfig } from "../../tools/config/guestos-config.ts";
import { tarBytes } from "../../tools/image/tar/archive.ts";
import { relabel } from "./config-volumes.ts";

/** A CONFIG volume that a guest refuses, and what it says. */
export interface BadVolume {
  name: string;
  /** Content by path. */
  files: Readonly<Record<string, string | Buffer>>;
  /** What happens to the image afterwards. */
  damage?: (image: string) => void;
  said: RegExp;
}

/** Host name in the volumes that would be good ones, were it not for one thing. */
export const intruder = "intruder";

const config = JSON.stringify(localGuestConfig({ hostname: intruder }));
const inTar = { mode: 0o644, uid: 0, gid: 0 };
const document = { ...inTar, path: "config.json", type: "file", link: "", content: Buffer.from(config) } as const;
const special = (type: "symlink" | "hardlink", link: string) => tarBytes([document, { ...inTar, path: "ic_crypto", type, link }]);
const archive = tarBytes([document]);

/** Every kind of volume that is refused as a whole. */
export const badVolumes: readonly BadVolume[] = [
  { name: "malformed", files: { "config.json": '{"network_settings": {' }, said: /config\.json of the CONFIG volume cannot be used.*(?:parse error|Unfinished)/ },
  { name: "empty", files: { "config.json": "" }, said: /cannot be used.*expected one JSON document, got 0/ },
  { name: "two documents", files: { "config.json": config + config }, said: /cannot be used.*expected one JSON document, got 2/ },
  { name: "no object", files: { "config.json": "[]" }, said: /cannot be used.*expected an object, got array/ },
  { name: "no network", files: { "config.json": '{"icos_settings": {}}' }, said: /expected network_settings to be an object/ },
  { name: "no document", files: { "nns.conf": "nns_url=x" }, said: /the CONFIG volume has no config\.json/ },
  { name: "symbolic link", files: { "ic-bootstrap.tar": special("symlink", "/etc") }, said: /neither file nor folder.*ic_crypto/ },
  { name: "hard link", files: { "ic-bootstrap.tar": special("hardlink", "config.json") }, said: /neither file nor folder.*ic_crypto/ },
  { name: "path that leads out", files: { "ic-bootstrap.tar": tarBytes([document, { ...document, path: "../../../run/escaped" }]) }, said: /has names that lead out of it.*\.\.\/run\/escaped/ },
  { name: "damaged archive", files: { "ic-bootstrap.tar": archive.subarray(0, 700) }, said: /ic-bootstrap\.tar of the CONFIG volume is damaged/ },
  {
    name: "wrong label",
    files: { "config.json": config },
    damage: (image) => relabel(image, "OTHER"),
    said: /no volume with the label CONFIG; there is \/dev\/vdb \(vfat, label 'OTHER'\)/,
  },
  {
    // The boot sector stays, the tables and the files are gone.
    name: "cut short",
    files: { "config.json": config },
    damage: (image) => fs.truncateSync(image, 4096),
    said: /no volume with the label CONFIG; there is \/dev\/vdb \(vfat, label ''\)/,
  },
];
