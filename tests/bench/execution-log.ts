import fs from "node:fs";

/** An action in Bazel's execution log: message SpawnExec of src/main/protobuf/spawn.proto in Bazel's sources. */
interface SpawnExec {
  mnemonic: string;
  actualOutputs?: { path: string; digest?: { hash: string } }[];
}

/** Digests of the files that image stages wrote, by path. */
export function stageOutputs(file: string): Map<string, string> {
  const outputs = new Map<string, string>();
  for (const { mnemonic, actualOutputs = [] } of spawns(fs.readFileSync(file, "utf8")))
    if (mnemonic.startsWith("Icos")) for (const { path, digest } of actualOutputs) outputs.set(path, digest?.hash ?? "");
  return outputs;
}

/** The log is JSON objects one after the other, each ending with a brace at the beginning of a line. */
function spawns(text: string): SpawnExec[] {
  return text
    .split(/^\}(?=\{|\n?$)/m)
    .filter((part) => part.trim() !== "")
    .map((part) => JSON.parse(`${part}}`) as SpawnExec);
}
