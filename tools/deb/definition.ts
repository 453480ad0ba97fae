import fs from "node:fs";
import { z } from "zod";
import { checked } from "./checked.ts";

const packageName = z.string().regex(/^[a-z0-9][a-z0-9+.-]*$/, "expected a Debian package name");
/** `name`, `name=version` or `name-` (forbidden), as apt-get(8) reads them. */
const request = z.string().regex(/^[a-z0-9][a-z0-9+.-]*(=[\w.+:~-]+)?$/, "expected a package name, `name=version` or `name-`");

const schema = z.strictObject({
  /** Names the default keyring: /usr/share/keyrings/<distribution>-archive-keyring.gpg. */
  distribution: packageName,
  architecture: z.string().regex(/^[a-z0-9]+$/, "expected a Debian architecture such as amd64"),
  /** Where packages come from; on equal versions the first suite that has the package wins. */
  suites: z
    .array(
      z.strictObject({
        suite: z.string().regex(/^[a-z0-9][\w.-]*$/, "expected a suite such as trixie-security"),
        /** Last path segment of the mirror's URL: `debian`, `debian-security`, `ubuntu` ... */
        archive: packageName,
        components: z.array(z.string().regex(/^[a-z][\w-]*$/, "expected a component such as main")).min(1),
      }),
    )
    .min(1),
  /** OpenPGP keyring that signs every suite; relative to the definition. */
  keyring: z.string().min(1).optional(),
  /** Packages (also virtual ones) that the resolver takes for installed already: their dependents need nothing for them. */
  assumeInstalled: z.array(packageName).default([]),
  /** Named package lists; each is resolved on its own, with its dependencies and without recommendations. */
  sets: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, "expected a set name of letters, digits and _"), z.strictObject({ extends: z.string().optional(), packages: z.array(request) })),
});

/** A source definition (packages.json): where packages come from and which are wanted. */
export type Definition = z.infer<typeof schema>;

/** Reads and validates a source definition; reports every problem at once. */
export function readDefinition(file: string): Definition {
  return parseDefinition(fs.readFileSync(file, "utf8"), file);
}

/** Validates the text of a source definition; `file` is named in errors. */
export function parseDefinition(text: string, file: string): Definition {
  return checked(schema, text, file, (definition) =>
    Object.entries(definition.sets).flatMap(([name, set]) => {
      const twice = set.packages.filter((wanted, i) => set.packages.indexOf(wanted) !== i).map((wanted) => `sets.${name}.packages: ${wanted} is there twice`);
      if (twice.length > 0) return twice;
      if (set.extends === undefined) return [];
      if (!(set.extends in definition.sets)) return [`sets.${name}.extends: no set called ${set.extends}`];
      return chain(definition, name).length > Object.keys(definition.sets).length ? [`sets.${name}.extends: the sets extend each other in a circle`] : [];
    }),
  );
}

/** Everything a set asks for: what the sets it extends ask for first, then its own, each once. */
export function requests(definition: Definition, set: string): string[] {
  const names = chain(definition, set).reverse();
  return [...new Set(names.flatMap((name) => definition.sets[name]?.packages ?? []))];
}

function chain(definition: Definition, set: string): string[] {
  const names: string[] = [];
  // One step more than there are sets proves a circle.
  for (let at: string | undefined = set; at !== undefined && names.length <= Object.keys(definition.sets).length; at = definition.sets[at]?.extends) names.push(at);
  return names;
}
