const vm = (group: string, name: string): string => `${paths.group(group)}/vm/${encodeURIComponent(name)}`;

/** The path of each endpoint, relative to a farm's base URL: no leading slash. Names are encoded, so a bad one cannot name another resource. */
export const paths = {
  /** GET: all groups (extension of our server). */
  groups: (): string => "group",
  /** POST, GET, DELETE */
  group: (group: string): string => `group/${encodeURIComponent(group)}`,
  /** PUT */
  ttl: (group: string, seconds: number): string => `${paths.group(group)}/ttl/${seconds}`,
  /** POST; GET is an extension of our server. */
  vm,
  /** PUT */
  driveTemplate: (group: string, name: string, template: string): string => `${vm(group, name)}/drive-templates/${encodeURIComponent(template)}`,
  /** PUT */
  start: (group: string, name: string): string => `${vm(group, name)}/start`,
  /** PUT */
  reboot: (group: string, name: string): string => `${vm(group, name)}/reboot`,
  /** PUT */
  destroy: (group: string, name: string): string => `${vm(group, name)}/destroy`,
  /** GET: a page for people. */
  console: (group: string, name: string): string => `${vm(group, name)}/console/`,
  /** GET: what the VM wrote on its serial console, text/plain; `?from=<byte>` skips what was read before (extension of our server). */
  consoleLog: (group: string, name: string): string => `${vm(group, name)}/console/log`,
  /** POST, multipart/form-data with one part whose name is the file's. */
  files: (group: string): string => `${paths.group(group)}/file`,
  /** PUT */
  file: (group: string, sha256: string): string => `${paths.group(group)}/file/${encodeURIComponent(sha256)}`,
  /** POST */
  dns: (group: string): string => `${paths.group(group)}/dns`,
  /** POST */
  playnetCertificate: (group: string): string => `${paths.group(group)}/playnet/certificate`,
  /** POST */
  playnetDns: (group: string): string => `${paths.group(group)}/playnet/dns`,
};
