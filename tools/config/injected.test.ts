import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { ExitCode } from "../lib/failure.ts";
import { injectedEntries, parseInjected } from "./injected.ts";

test("flags name what is injected", () => {
  expect(parseInjected(["ic_crypto=a", "ic_state=b=c"], (typed) => `/at/${typed}`)).toEqual({ ic_crypto: "/at/a", ic_state: "/at/b=c" });
});

test("every bad flag is reported", () => {
  const bad = ["ic_crypto", "ic_crypto=a", "ic_crypto=b", "__proto__=x", "config.json=y"];
  expect(() => parseInjected(bad, (typed) => typed)).toThrow(/4 problems[\s\S]*got "ic_crypto"[\s\S]*ic_crypto is given twice[\s\S]*got "__proto__=x"[\s\S]*got "config.json=y"/);
  expect(() => parseInjected(["x"], String)).toThrow(expect.objectContaining({ exitCode: ExitCode.usage }));
});

test("links, pipes and what is not there are refused, all at once", () => {
  using folder = scratchFolder("injected-test");
  const at = (name: string): string => path.join(folder.path, name);
  fs.mkdirSync(at("crypto/sub"), { recursive: true });
  fs.writeFileSync(at("crypto/sub/good"), "x");
  fs.symlinkSync("/etc/shadow", at("crypto/sub/link"));
  fs.symlinkSync("/etc", at("crypto/folder-link"));
  execFileSync("mkfifo", [at("crypto/pipe")]);
  fs.writeFileSync(at("state"), "a file");
  const injected = { ic_crypto: at("crypto"), ic_state: at("state"), ic_registry_local_store: at("nothing") };
  expect(() => injectedEntries(injected)).toThrow(
    [
      "--inject: 5 problems",
      `  - ${at("crypto/folder-link")}: expected a regular file or a folder, got a symbolic link`,
      `  - ${at("crypto/pipe")}: expected a regular file or a folder, got a pipe`,
      `  - ${at("crypto/sub/link")}: expected a regular file or a folder, got a symbolic link`,
      `  - ${at("state")}: expected a directory for ic_state, got a file`,
      `  - ${at("nothing")}: ENOENT: no such file or directory, lstat '${at("nothing")}'`,
    ].join("\n"),
  );
});

test("the named path itself may be a link: Bazel's outputs are", () => {
  using folder = scratchFolder("injected-test");
  fs.mkdirSync(path.join(folder.path, "crypto"));
  fs.writeFileSync(path.join(folder.path, "crypto/key"), "x");
  fs.symlinkSync("crypto", path.join(folder.path, "link"));
  expect(injectedEntries({ ic_crypto: path.join(folder.path, "link") }).map((entry) => entry.path)).toEqual(["ic_crypto", "ic_crypto/key"]);
});
