import fs from "node:fs";
import { Failure } from "../lib/failure.ts";
import { accounts, publicKeys } from "./authorized-keys.ts";

/** Accounts that a key opens when none is named. */
const usual = ["admin", "root"];

/** Keys by account, from `[ACCOUNT=]FILE` flags; `resolve` makes a path of what the user typed. */
export function authorizedKeys(typed: readonly string[], resolve: (text: string) => string): Record<string, string[]> {
  const keys: Record<string, string[]> = {};
  for (const flag of typed) {
    const account = accounts.find((name) => flag.startsWith(`${name}=`));
    const file = resolve(account === undefined ? flag : flag.slice(account.length + 1));
    const lines = readKeys(file);
    for (const name of account === undefined ? usual : [account]) keys[name] = [...new Set([...(keys[name] ?? []), ...lines])];
  }
  return keys;
}

function readKeys(file: string): string[] {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`--ssh-key: ${file}: ${(error as Error).message}`, { hint: `--ssh-key FILE, or ACCOUNT=FILE with ACCOUNT one of ${accounts.join(", ")}` });
  }
  return publicKeys(text, file);
}
