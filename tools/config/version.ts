/** Version of the GuestOSConfig document that this tool writes. */
export const configVersion = "1.11.0";

/** Form of a version: `MAJOR.MINOR.PATCH`. */
export const versionForm = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;

/** Whether a document of this version can be read. The minor version grows with every new field, the major one when old readers must not go on. */
export function checkVersion(version: string): { problem?: string; warning?: string } {
  const [major, minor] = numbers(version);
  const [ourMajor, ourMinor] = numbers(configVersion);
  if (major !== ourMajor) return { problem: `config_version: expected ${ourMajor}.x.y, got ${JSON.stringify(version)}` };
  if (minor > ourMinor) return { warning: `config_version: ${version} is newer than ${configVersion}: fields it added are kept, not checked` };
  return {};
}

function numbers(version: string): [number, number] {
  const [, major = "", minor = ""] = versionForm.exec(version) ?? [];
  return [Number(major), Number(minor)];
}
