import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const leaks: Record<string, (out: string) => string> = {
  nothing: () => "always the same",
  clock: () => new Date().toISOString().slice(0, 10),
  cores: () => String(os.availableParallelism()),
  folder: () => fs.readdirSync("/").join(" "),
  "host-file": () => fs.readFileSync("/etc/passwd", "utf8"),
  "host-program": () => spawnSync("uname", ["-r"], { encoding: "utf8" }).stdout ?? "none",
  home: () => process.env["HOME"] ?? "none",
  locale: () => process.env["LC_ALL"] ?? "none",
  path: (out) => path.dirname(out),
  temporary: () => path.dirname(fs.mkdtempSync(path.join(os.tmpdir(), "x"))),
  umask: () => process.umask().toString(8),
  user: () => os.userInfo().username,
  zone: () => new Date(0).getHours().toString() + new Date(0).getMinutes().toString(),
};

const [leak = "nothing", out = ""] = process.argv.slice(2);
fs.writeFileSync(out, `${leaks[leak]?.(out)}\n`);
