/** A package that apt would install. */
export interface Planned {
  name: string;
  version: string;
}

/** Reads the plan of `apt-get install --simulate`: lines such as `Inst adduser (3.152 Debian:13.1/stable [all])`. */
export function parsePlan(stdout: string): Planned[] {
  return [...stdout.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)].map(([, name = "", version = ""]) => ({ name: name.replace(/:.*$/, ""), version }));
}

/** Where an index says that a package's version is. */
export interface Offer extends Planned {
  /** URL of the archive, without a slash at its end. */
  site: string;
  suite: string;
}

/** Reads `apt-cache madison`: lines such as `adduser | 3.152 | http://host/debian trixie/main amd64 Packages`. */
export function parseOffers(stdout: string): Offer[] {
  return [...stdout.matchAll(/^ *(\S+) \| +(\S+) \| +(\S+) (\S+)\/\S+ \S+ Packages$/gm)].map(([, name = "", version = "", site = "", suite = ""]) => ({
    name,
    version,
    site: site.replace(/\/+$/, ""),
    suite,
  }));
}

/** Reads the stanzas of `apt-cache show`: "Field: value" lines, continued lines kept, stanzas apart by an empty line. Field names in lower case. */
export function parseStanzas(text: string): Map<string, string>[] {
  return text
    .split(/\n{2,}/)
    .filter((stanza) => stanza.trim() !== "")
    .map((stanza) => {
      const fields = new Map<string, string>();
      for (const [, name = "", value = ""] of stanza.matchAll(/^([^\s:]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)) fields.set(name.toLowerCase(), value);
      return fields;
    });
}
