/** Where something stands in a text; both count from 1, columns in letters. */
export interface PlaceInText {
  readonly line: number;
  readonly column: number;
}

/** @param letters code points before it */
export function placeOfLetter(text: string, letters: number): PlaceInText {
  return after(Array.from(text).slice(0, letters).join(''));
}

/** @param bytes of UTF-8 before it */
export function placeOfByte(text: string, bytes: number): PlaceInText {
  return after(Buffer.from(text).toString('utf8', 0, bytes));
}

/** @param units of UTF-16 before it */
export function placeOfUnit(text: string, units: number): PlaceInText {
  return after(text.slice(0, units));
}

function after(before: string): PlaceInText {
  const lines = before.split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}
