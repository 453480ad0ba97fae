import { fileMember, type Member } from "../archive/members.ts";

/** Files of an update image: flat and byte-wise sorted, which puts the version where a reader finds it without unpacking the rest. */
export function updateMembers(files: { boot: string; root: string; version: string }): Member[] {
  return [fileMember("VERSION.TXT", files.version), fileMember("boot.img", files.boot), fileMember("root.img", files.root)];
}
