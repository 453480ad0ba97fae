import { z } from "zod";
import { sha256Hex, timestamp } from "./names.ts";

const ids = z.record(z.string(), sha256Hex);

/** Answer of `POST group/G/file`: the id of each part, by the part's name. Older farms say `fileIds`, newer ones `imageIds`. */
export const filesUploaded = z.union([z.object({ imageIds: ids }), z.object({ fileIds: ids })]);
export type FilesUploaded = z.infer<typeof filesUploaded>;

/** The ids of an upload, whichever generation answered. */
export function uploadedIds(answer: FilesUploaded): Record<string, string> {
  return "imageIds" in answer ? answer.imageIds : answer.fileIds;
}

/** Answer of `PUT group/G/file/<sha256>`: the file is there and the group now holds on to it. Status 404: it is not there. */
export const fileClaimed = z.object({ expiration: timestamp.nullable() });
export type FileClaimed = z.infer<typeof fileClaimed>;
