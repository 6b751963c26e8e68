import { describe, expect, it } from '@jest/globals';
import { Progress } from './progress.ts';

function told(isTTY: boolean): string {
  let text = '';
  let now = 0;
  const output = { isTTY, columns: 40, write: (part: string) => (text += part) };
  const progress = new Progress(output, now, () => now);
  now = 1_500;
  progress.state('share 25%');
  progress.event('share 50%');
  progress.end();
  return text;
}

describe('Progress', () => {
  it('writes plain lines and no escape code where there is no terminal', () => {
    expect(told(false)).toBe('   1.5 s  share 50%\n');
  });

  it('keeps the bottom line below the events on a terminal, and takes it away at the end', () => {
    const clear = '\r\u001B[K';
    const state = '   1.5 s  share 25%';
    expect(told(true)).toBe(`${clear}${state}${clear}   1.5 s  share 50%\n${state}${clear}`);
  });
});
