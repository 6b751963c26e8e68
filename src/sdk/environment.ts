/** What the environment says where an option does not. Nothing else of the SDK reads it. */
export function fromEnvironment(name: 'CROSSFADE_URL' | 'CROSSFADE_TOKEN'): string {
  return process.env[name] ?? '';
}
