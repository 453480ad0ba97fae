// Loaded before an action's tool by perturb.sh: changes what the machine tells the tool.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

const LATER_MS = 400 * 24 * 60 * 60 * 1000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + LATER_MS);
    else super(...args);
  }
  static now() {
    return RealDate.now() + LATER_MS;
  }
};

const inReverse = (names) => (Array.isArray(names) ? names.toReversed() : names);
const { readdirSync, readdir } = fs;
fs.readdirSync = (...args) => inReverse(readdirSync(...args));
fs.readdir = (folder, ...rest) => {
  const callback = rest.pop();
  readdir(folder, ...rest, (error, names) => callback(error, inReverse(names)));
};
const promised = fs.promises.readdir;
fs.promises.readdir = async (...args) => inReverse(await promised(...args));

os.availableParallelism = () => 1;
os.cpus = () => [{ model: "other", speed: 1, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }];
os.hostname = () => "elsewhere";
os.userInfo = () => ({ uid: 4711, gid: 4711, username: "somebody", homedir: "/nonexistent", shell: null });
process.umask(0o077);
syncBuiltinESMExports();
