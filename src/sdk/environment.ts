/** What the environment says where an option does not. Nothing else of the SDK reads it. */
export function fromEnvironment(name: 'CROSSFADE_URL' | 'CROSSFADE_TOKEN'): string {
  return process.env[name] ?? '';
}

/** The version of the application: what its image says, else its package when npm started it. */
export function versionFromEnvironment(): string {
  const { CROSSFADE_VERSION, npm_package_version: ofPackage } = process.env;
  return CROSSFADE_VERSION ?? ofPackage ?? '';
}
