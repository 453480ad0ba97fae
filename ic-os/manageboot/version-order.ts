/**
 * Whether a version is lower than another one, by the numbers that they begin with: 1.9.2 is lower than 1.10.0-rc1. What follows the numbers, and
 * versions that begin with none, such as revisions of git, have no order: neither is lower. The generation is what holds for all of them.
 */
export function isLowerVersion(version: string, than: string): boolean {
  const [left, right] = [numbers(version), numbers(than)];
  if (left === undefined || right === undefined) return false;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function numbers(version: string): number[] | undefined {
  // A revision such as 3f2a9c may begin with a digit: numbers are a word of their own.
  const digits = /^v?(\d+(?:\.\d+)+)(?![0-9A-Za-z])/.exec(version)?.[1];
  return digits?.split(".").map(Number);
}
