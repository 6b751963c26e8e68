import { describe, expect, it } from '@jest/globals';
import { namesLike, selectorParts, tellingWord } from './selector-parts.ts';

describe('a selector', () => {
  it('has a name and conditions, however they are written', () => {
    expect(selectorParts('up')).toEqual({ name: 'up', matchers: [] });
    const { name, matchers } = selectorParts(`a_total{ status =~ "5..,}", path!="/a\\"b" ,}`);
    expect(name).toBe('a_total');
    expect(matchers).toEqual([
      { label: 'status', text: 'status =~ "5..,}"' },
      { label: 'path', text: 'path!="/a\\"b"' },
    ]);
  });

  it('may have no name', () => {
    const { name, matchers } = selectorParts('{__name__=~"a.*"}');
    expect([name, matchers.length]).toEqual([null, 1]);
  });
});

describe('names like one that is not there', () => {
  it('share its words, the most of them first', () => {
    expect(tellingWord('app_errors_total')).toBe('errors');
    const known = ['app_errors_total', 'http_errors_total', 'errors', 'app_errors_sum', 'x'];
    expect(namesLike('app_errors_total', known)).toEqual([
      'app_errors_sum',
      'http_errors_total',
      'errors',
    ]);
  });
});
