import { scratchFolder } from "../lib/atomic.ts";
import { Failure } from "../lib/failure.ts";
import { accounts, publicKeys } from "./authorized-keys.ts";
import { checkConfigText, MAX_CONFIG_BYTES, type CheckedConfig } from "./check-config.ts";
import { injectable } from "./injected.ts";
import { readSmallFile } from "./read-config.ts";
import { readVolume, type ReadVolume } from "./read-volume.ts";

const keyFolder = "accounts_ssh_authorized_keys";
/** Largest file of keys that is looked into. */
const MAX_KEYS = 1024 * 1024;

/** Checks a config.json or a CONFIG image, which is told from a document by its zero bytes. */
export async function checkFile(file: string, mtools: string): Promise<CheckedConfig> {
  const head = readSmallFile(file, MAX_CONFIG_BYTES + 1);
  return head.subarray(0, 512).includes(0) ? checkVolume(file, mtools) : checkConfigText(head);
}

async function checkVolume(image: string, mtools: string): Promise<CheckedConfig> {
  using scratch = scratchFolder("check");
  const volume = await readVolume(image, mtools, scratch.path);
  const problems = [...volume.problems];
  if (problems.length > 0 && volume.files.length === 0) return { config: undefined, problems, warnings: [] };
  const text = await volume.read("config.json", MAX_CONFIG_BYTES);
  const document = text === undefined ? { config: undefined, problems: ["expected a file of this name, got none"], warnings: [] } : checkConfigText(text);
  problems.push(...document.problems.map((problem) => `config.json: ${problem}`), ...(await keyProblems(volume)));
  const warnings = [...document.warnings.map((warning) => `config.json: ${warning}`), ...strangers(volume), ...(document.config === undefined ? [] : missing(volume, document.config))];
  return { config: problems.length === 0 ? document.config : undefined, problems, warnings };
}

async function keyProblems(volume: ReadVolume): Promise<string[]> {
  const problems: string[] = [];
  for (const file of volume.files.filter((name) => name.startsWith(`${keyFolder}/`))) {
    const account = file.slice(keyFolder.length + 1);
    try {
      if (!accounts.includes(account)) problems.push(`${file}: expected an account of ${accounts.join(", ")}`);
      else publicKeys(String(await volume.read(file, MAX_KEYS)), file);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
    }
  }
  return problems;
}

function strangers(volume: ReadVolume): string[] {
  const known = new Set(["config.json", keyFolder, ...Object.values(injectable)]);
  const others = new Set(volume.files.map((file) => file.split("/")[0]!).filter((top) => !known.has(top)));
  return [...others].map((top) => `${top}: unknown to this version: guests ignore it`);
}

function missing(volume: ReadVolume, config: NonNullable<CheckedConfig["config"]>): string[] {
  const names = ["ic_crypto", "ic_state", "ic_registry_local_store"] as const;
  const absent = names.filter((name) => config.guestos_settings[`inject_${name}`] && !volume.files.some((file) => file.startsWith(`${name}/`)));
  return absent.map((name) => `config.json: guestos_settings.inject_${name} is true, but there is no ${name}/`);
}
