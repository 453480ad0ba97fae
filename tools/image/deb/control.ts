/** Fields of one paragraph of Debian control data (deb822(5)); continuation lines keep their line breaks. */
export function parseControl(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of text.split("\n")) {
    const field = /^([^\s:]+):\s*(.*)$/.exec(line);
    if (field !== null) fields.set((last = field[1]!), field[2]!);
    else if (/^\s/.test(line) && last !== "") fields.set(last, `${fields.get(last)!}\n${line}`);
  }
  return fields;
}
