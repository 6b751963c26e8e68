import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of the package that this code is of; empty where that cannot be told. */
export function serverVersion(): string {
  const path = findPackageJSON(import.meta.url);
  if (path === undefined) return '';
  const { version = '' } = JSON.parse(readFileSync(path, 'utf8')) as { version?: string };
  return version;
}
