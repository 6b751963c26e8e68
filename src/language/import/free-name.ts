const longest = 63;

/** The nearest name that Crossfade takes and that is not taken; the caller adds it to those. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const name = nameOf(wanted, longest);
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free;
    const suffix = `-${number}`;
    free = nameOf(name, longest - suffix.length) + suffix;
  }
}

function nameOf(wanted: string, length: number): string {
  const name = wanted
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, length)
    .replace(/[-.]+$/, '');
  return name === '' ? 'imported' : name;
}
