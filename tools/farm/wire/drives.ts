import { z } from "zod";
import { sha256Hex } from "./names.ts";

/** A drive to attach: the id of an uploaded plain image, or the URL and sum of an archive. The other fields are null or missing. */
export const driveImage = z.discriminatedUnion("_tag", [
  z.object({ _tag: z.literal("imageViaId"), id: sha256Hex, url: z.null().default(null), sha256: z.null().default(null) }),
  z.object({ _tag: z.literal("icOsImageViaUrl"), id: z.null().default(null), url: z.url({ protocol: /^https?$/ }), sha256: sha256Hex }),
]);
export type DriveImage = z.infer<typeof driveImage>;

/** Body of `PUT group/G/vm/V/drive-templates/<template>`: replaces the drives of that template. */
export const attachDrives = z.object({ drives: z.array(driveImage) });
export type AttachDrives = z.infer<typeof attachDrives>;

/** A removable USB disk: the only template in use. */
export const usbStorage = "usb-storage";
