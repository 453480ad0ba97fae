import { parseControl } from "../../../tools/image/deb/control.ts";
import type { Facts } from "./snapshot.ts";

/** State and version of each package in dpkg's status file. */
export function packageRecords(text: string): Map<string, Facts> {
  return new Map(
    text
      .split(/\n\n+/)
      .filter((paragraph) => paragraph.trim() !== "")
      .map((paragraph) => parseControl(paragraph))
      .map((fields) => [
        fields.get("Package") ?? "",
        { status: fields.get("Status") ?? "", version: fields.get("Version") ?? "", architecture: fields.get("Architecture") ?? "" },
      ]),
  );
}
