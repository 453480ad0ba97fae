/** A comma ends a value in QEMU's key=value lists, two stand for one. */
export function escape(value: string): string {
  return value.replaceAll(",", ",,");
}
