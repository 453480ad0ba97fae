import path from "node:path";

/** `bazel run` starts programs in another folder and names the source tree, to which paths on the command line are relative. */
export function inWorkspace(file: string): string {
  return path.resolve(process.env["BUILD_WORKSPACE_DIRECTORY"] ?? process.cwd(), file);
}

/** Where the lock of a definition is unless said otherwise. */
export function besideDefinition(definition: string): string {
  return path.join(path.dirname(definition), "packages.lock.json");
}
