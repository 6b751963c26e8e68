/**
 * A version of Flyway's by its numbers, `1.2` or `1_2`. They may have more digits than a double holds:
 * 20240229123045123 is a time with its milliseconds.
 */
export function versionNumbers(version: string): readonly bigint[] {
  return version
    .split(/[._]/)
    .filter((part) => /^\d+$/.test(part))
    .map(BigInt);
}
