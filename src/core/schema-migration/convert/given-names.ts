import { cutTo, LONGEST_NAME } from '../identifier.ts';
import type { Remark } from './conversion.ts';

/** A name that is given to something new, and what is to be said of it. */
export interface GivenName {
  readonly name: string;
  readonly doubts: readonly string[];
}

/** The name as it is written, or as PostgreSQL would give it. */
export function givenName(written: string, ...parts: readonly string[]): GivenName {
  const usual = written === '' ? parts.join('_') : written;
  const name = cutTo(LONGEST_NAME, usual);
  const none = `name: the file gives none, so it is the one that PostgreSQL gives, ${name}`;
  if (name === usual) return { name, doubts: written === '' ? [none] : [] };
  return { name, doubts: [`name: ${usual} becomes ${name}, since the server cuts longer ones`] };
}

export const remarksAt = (place: number, messages: readonly string[]): readonly Remark[] =>
  messages.map((message) => ({ place, message }));
