import { parseCount, parseMemory } from "../../launch/flags.ts";
import { ExitCode, Failure, failOnProblems } from "../../lib/failure.ts";
import { hostFeature, type HostFeature } from "../wire/allocation.ts";
import { sha256Hex } from "../wire/names.ts";
import { parseDuration } from "./duration.ts";
import type { ImageSource } from "./request.ts";

/** Hours that a detached guest runs unless `--ttl` says otherwise: as long as upstream's tool lets it. */
const usualTtl = "1h";

/** The flags about the image, as given. */
export interface ImageFlags {
  imageUrl?: string | undefined;
  imageSha256?: string | undefined;
  artifactStore?: string | undefined;
  artifactDownloadUrl?: string | undefined;
}

/** Where the farm is to get the image. */
export function imageSource(flags: ImageFlags, setting: string, environment: NodeJS.ProcessEnv = process.env): ImageSource {
  const { imageUrl: url } = flags;
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw usage(`--image-url: expected an http or https URL, got ${JSON.stringify(url)}`);
    // An artifact store's URL ends in the hash.
    const sha256 = flags.imageSha256 ?? url.split("/").at(-1) ?? "";
    if (!sha256Hex.safeParse(sha256).success) throw usage("--image-url: the farm needs the image's hash too: 64 lower-case hexadecimal digits", "--image-sha256 HEX");
    return { kind: "url", url, sha256 };
  }
  const store = flags.artifactStore || environment["ICOS_ARTIFACT_STORE"] || setting;
  const downloadUrl = flags.artifactDownloadUrl || environment["ICOS_ARTIFACT_DOWNLOAD_URL"] || undefined;
  return store ? { kind: "store", url: store, downloadUrl } : { kind: "upload" };
}

/** Seconds that the guest is left running, undefined when it is not. */
export function detachedTtl(flags: { detach: boolean; ttl?: string | undefined }): number | undefined {
  if (flags.detach) return parseDuration("--ttl", flags.ttl ?? usualTtl);
  if (flags.ttl === undefined) return undefined;
  throw usage("--ttl: without --detach the guest lives as long as the launcher", "--detach --ttl 2h");
}

/** Size of the boot disk in whole GiB: "100" or "100G". */
export function parseDisk(typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  const gibibytes = Number(/^(\d+)G?$/i.exec(typed.trim())?.[1] ?? Number.NaN);
  if (Number.isInteger(gibibytes) && gibibytes >= 1) return gibibytes;
  throw usage(`--disk: expected a size in GiB such as 100G, got ${JSON.stringify(typed)}`);
}

/** What the hosts must offer. */
export function parseHostFeatures(typed: readonly string[]): HostFeature[] {
  const parsed = typed.map((text) => hostFeature.safeParse(text));
  const problems = parsed.flatMap((one, index) => (one.success ? [] : [`${one.error.issues[0]?.message}, got ${JSON.stringify(typed[index])}`]));
  failOnProblems("--host-feature", problems, { exitCode: ExitCode.usage });
  return parsed.flatMap((one) => (one.success ? [one.data] : []));
}

/** Size of the VM. */
export function vmSize(flags: { vcpus?: number | undefined; memory?: string | undefined; disk?: string | undefined }, usual: { cpus: number; memoryMiB: number }): { vCPUs: number; memoryMiB: number; diskGiB: number | undefined } {
  return {
    vCPUs: flags.vcpus === undefined ? usual.cpus : parseCount("--vcpus", flags.vcpus),
    memoryMiB: flags.memory === undefined ? usual.memoryMiB : parseMemory(flags.memory),
    diskGiB: parseDisk(flags.disk),
  };
}

function usage(message: string, hint?: string): Failure {
  return new Failure(message, { exitCode: ExitCode.usage, ...(hint === undefined ? {} : { hint }) });
}
