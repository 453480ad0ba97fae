import { Failure, failOnProblems } from "../lib/failure.ts";
import type { PrivateApt } from "./apt.ts";
import { parseOffers, parsePlan, parseStanzas, type Offer, type Planned } from "./apt_output.ts";
import { requests, type Definition } from "./definition.ts";
import { byName, type Lock, type LockedPackage } from "./lock_file.ts";

/** A suite of the definition with the URL it is read from. */
export interface LocatedSuite {
  suite: string;
  archive: string;
  url: string;
}

/** Lets apt resolve every set of the definition and describes the result; `suites` in order of preference. */
export async function resolve(apt: PrivateApt, definition: Definition, suites: readonly LocatedSuite[]): Promise<Lock> {
  await demandKnown(apt, definition);
  const sets: Record<string, string[]> = {};
  const planned = new Map<string, Planned>();
  for (const set of Object.keys(definition.sets)) {
    const plan = parsePlan(await apt.run("apt-get", ["install", "--simulate", "--no-install-recommends", ...requests(definition, set)]));
    for (const p of plan) remember(planned, p, set);
    sets[set] = plan.map((p) => p.name).sort();
  }
  return {
    version: 1,
    distribution: definition.distribution,
    suite: suites[0]?.suite ?? "",
    architecture: definition.architecture,
    packages: await describe(apt, [...planned.values()].sort(byName), suites),
    sets,
  };
}

/** A name that no source has is reported with all others like it; apt would stop at some. */
async function demandKnown(apt: PrivateApt, definition: Definition): Promise<void> {
  const wanted = Object.entries(definition.sets).flatMap(([set, { packages }]) =>
    packages.map((request) => ({ set, request, name: request.replace(/(-|=.*)$/, "") })),
  );
  if (wanted.length === 0) return;
  const known = new Set(parseOffers(await apt.run("apt-cache", ["madison", ...new Set(wanted.map(({ name }) => name))])).map((offer) => offer.name));
  const unknown = wanted.filter(({ name }) => !known.has(name)).map(({ set, request }) => `sets.${set}: ${request}: no such package`);
  failOnProblems("packages that no source has", unknown, { hint: "correct packages.json, or add the suite or component that has them" });
}

function remember(planned: Map<string, Planned>, p: Planned, set: string): void {
  const other = planned.get(p.name);
  if (other !== undefined && other.version !== p.version) throw new Failure(`set ${set} needs ${p.name} ${p.version}, another set ${other.version}: a lock holds one version of a package`);
  planned.set(p.name, p);
}

async function describe(apt: PrivateApt, planned: readonly Planned[], suites: readonly LocatedSuite[]): Promise<LockedPackage[]> {
  const exact = planned.map((p) => `${p.name}=${p.version}`);
  const key = (p: Planned): string => `${p.name}=${p.version}`;
  const offers = Map.groupBy(parseOffers(await apt.run("apt-cache", ["madison", ...planned.map((p) => p.name)])), key);
  const stanzas = new Map(parseStanzas(await apt.run("apt-cache", ["show", ...exact])).map((fields) => [`${fields.get("package")}=${fields.get("version")}`, fields]));
  return planned.map((p) => {
    const from = firstOffer(offers.get(key(p)) ?? [], suites);
    const fields = stanzas.get(key(p));
    if (from === undefined || fields === undefined) throw new Failure(`apt plans to install ${p.name} ${p.version} but does not say where it is`);
    const field = (name: string): string => {
      const value = fields.get(name);
      if (value === undefined) throw new Failure(`${p.name} ${p.version}: the index of ${from.suite} has no ${name}`);
      return value;
    };
    // The index, and so this sum, is covered by the signature of the Release file.
    return { ...p, architecture: field("architecture"), suite: from.suite, archive: from.archive, path: field("filename").replace(/^\.\//, ""), size: Number(field("size")), sha256: field("sha256").toLowerCase() };
  });
}

function firstOffer(offers: readonly Offer[], suites: readonly LocatedSuite[]): LocatedSuite | undefined {
  return suites.find((suite) => offers.some((offer) => offer.site === suite.url && offer.suite === suite.suite));
}
