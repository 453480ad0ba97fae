import { fileMember, type Member } from "../archive/members.ts";
import { MEMBERS } from "./manifest.ts";

/** Files that go into an update image. */
export interface UpdateFiles {
  manifest: string;
  /** Absent when the image is not signed. */
  signature: string | undefined;
  version: string;
  boot: string;
  root: string;
}

/** Members of an update image: what decides whether it is accepted first, so that a reader refuses it before it writes anything. */
export function updateMembers(files: UpdateFiles): Member[] {
  return [
    fileMember(MEMBERS.manifest, files.manifest),
    ...(files.signature === undefined ? [] : [fileMember(MEMBERS.signature, files.signature)]),
    fileMember(MEMBERS.version, files.version),
    fileMember(MEMBERS.boot, files.boot),
    fileMember(MEMBERS.root, files.root),
  ];
}
