/** A text between dollar signs, with a tag that does not stand in it. */
export function dollarQuoted(text: string, tag: string): string {
  let quote = `$${tag}$`;
  for (let number = 2; text.includes(quote); number += 1) quote = `$${tag}${number}$`;
  return `${quote}${text}${quote}`;
}
