// Runs a program in a view of Bazel's execution root:
//
//   node view.mjs [--package external/npm/node_modules/NAME]... [--self external/REPOSITORY/package.json]... [--stamp FILE | --expect-failure FILE] -- PROGRAM ARGS...
//
// The view is a folder of links: one for each entry of the execution root, and a
// `node_modules` that holds the given packages and no other. tsc and esbuild search
// upwards from a source for `node_modules`, which Bazel's external repositories
// never are; and a package that was not declared is not found.
//
// --self makes the sources beside a package.json importable by its name, as far as its `exports` go: those of a repository, its own or another.
//
// --stamp writes an empty FILE when the program succeeds. --expect-failure turns the
// result round, for tests: FILE gets what the failing program printed.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const split = process.argv.indexOf("--");
const { values } = parseArgs({
  args: process.argv.slice(2, split),
  options: { package: { type: "string", multiple: true, default: [] }, self: { type: "string", multiple: true, default: [] }, stamp: { type: "string" }, "expect-failure": { type: "string" } },
});
const [program, ...args] = process.argv.slice(split + 1);
const root = process.cwd();
const view = fs.mkdtempSync(path.join(os.tmpdir(), "ts-view-"));
let status = 1;
try {
  for (const entry of fs.readdirSync(root)) {
    if (entry !== "node_modules") fs.symlinkSync(path.join(root, entry), path.join(view, entry));
  }
  fs.mkdirSync(path.join(view, "node_modules"));
  for (const folder of values.package) linkPackage(folder.slice(folder.indexOf("node_modules/") + "node_modules/".length), folder);
  for (const file of values.self) linkPackage(JSON.parse(fs.readFileSync(file, "utf8")).name, path.dirname(file));
  const failureFile = values["expect-failure"];
  const result = spawnSync(path.resolve(program), args, { cwd: view, stdio: failureFile ? "pipe" : "inherit" });
  if (result.error) throw result.error;
  status = result.status ?? 1;
  if (failureFile) {
    if (status !== 0) fs.writeFileSync(path.join(root, failureFile), Buffer.concat([result.stdout, result.stderr]));
    else console.error(`expected a failure of: ${program} ${args.join(" ")}`);
    status = status === 0 ? 1 : 0;
  }
  if (status === 0 && values.stamp) fs.writeFileSync(path.join(root, values.stamp), "");
} finally {
  fs.rmSync(view, { recursive: true, force: true });
}
process.exit(status);

function linkPackage(name, folder) {
  const link = path.join(view, "node_modules", name);
  fs.mkdirSync(path.dirname(link), { recursive: true });
  if (!fs.existsSync(link)) fs.symlinkSync(path.join(root, folder), link);
}
