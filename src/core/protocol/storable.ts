/** What JSON and PostgreSQL refuse to carry: the NUL character and halves of surrogate pairs. */
const unstorable = /[\0\uD800-\uDFFF]/u;

/**
 * True when a text can be sent as evidence and stored. An id made up of odd bytes cannot, and must
 * not silence the instance that met it.
 */
export function isStorable(text: string): boolean {
  return !unstorable.test(text);
}

/** The text with U+FFFD for each character that cannot be stored. */
export function asStorable(text: string): string {
  return text.replaceAll(new RegExp(unstorable, 'gu'), '\uFFFD');
}
