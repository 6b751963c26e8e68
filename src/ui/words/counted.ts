/** `1 row`, `1,200 rows`; a word that does not end with an s in the plural is given as `many`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
