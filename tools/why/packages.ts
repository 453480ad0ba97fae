/** The Debian package that an input is: rules/deb keeps each in a repository `…~deb~LOCK__NAME`, under its own file name. */
export function packageOf(input: string): { name: string; version: string } | undefined {
  // NAME_VERSION_ARCHITECTURE.deb: Debian policy, 5.6.12, with %3a for the colon of an epoch.
  const match = /^external\/[^/]+__[^/]+\/([a-z0-9][a-z0-9+.-]+)_([^_/]+)_[a-z0-9]+\.deb$/.exec(input);
  const [, name, version] = match ?? [];
  return name === undefined || version === undefined ? undefined : { name, version: version.replaceAll("%3a", ":") };
}
