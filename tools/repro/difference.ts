/** The first thing that differs between two files. */
export interface Difference {
  /** From the outside in: `tar member boot.img`, `ext4 superblock`. */
  within: string[];
  /** The field that differs, in the words of its format: `mtime`, `volume id`, `byte 4711`. */
  field: string;
  /** Its value in either file. */
  first: string;
  second: string;
}

/** A difference inside a part of something. */
export function inside(part: string, difference: Difference | undefined): Difference | undefined {
  return difference === undefined ? undefined : { ...difference, within: [part, ...difference.within] };
}

/** Compares one field; undefined when both values are the same. */
export function field(name: string, first: string | number | bigint, second: string | number | bigint, within: string[] = []): Difference | undefined {
  return first === second ? undefined : { within, field: name, first: String(first), second: String(second) };
}

/** The first of several differences, found one after the other. */
export function firstOf(...finders: (() => Difference | undefined)[]): Difference | undefined {
  for (const find of finders) {
    const found = find();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One sentence for people. */
export function describe({ within, field: name, first, second }: Difference): string {
  return `${[...within, name].join(" > ")}: ${first} in the first build, ${second} in the second`;
}
