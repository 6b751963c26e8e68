import { readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface FencedBlock {
  /** What stands behind the fence; empty when nothing does. */
  readonly language: string;
  readonly text: string;
  /** The line of its fence, counted from 1. */
  readonly line: number;
}

/** All fenced blocks of a Markdown file, in their order. */
export function fencedBlocks(page: string): readonly FencedBlock[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```(\S*)\n([^]*?)^```/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
}
