/** A command line as one would type it in a POSIX shell. */
export function pasteable(program: string, args: readonly string[]): string {
  return [program, ...args].map(quote).join(" ");
}

function quote(word: string): string {
  // A tilde is special at the beginning of a word only.
  return /^[\w@%+=:,./-][\w@%+=:,./~-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
