import { expect, it } from '@jest/globals';
import { exampleNotice } from '../../../test/support/example-notice.ts';
import { noticeText, noticeTitle } from './notice-words.ts';

it('a message says what happened in a line, and the rest in a paragraph', () => {
  expect(noticeTitle(exampleNotice)).toBe('users-birthdate is rolled back at share 25%');
  expect(noticeText(exampleNotice)).toBe(
    'errors: new 10.2% old 0.1% limit 0.16%. ' +
      'Decided by crossfade in attempt 1, with 25 % on the new side. ' +
      'It waits for everybody to be back: crossfade status users-birthdate says who is missing. ' +
      'More: crossfade why users-birthdate.',
  );
});

it('a rollback that has arrived is told apart from one that begins', () => {
  const arrived = { ...exampleNotice, from: 'rolling_back', to: 'rolled_back' } as const;
  expect(noticeTitle(arrived)).toBe('users-birthdate is back at share 25%');
});

it('a reason from outside stays one line, without control characters, and is cut', () => {
  const reason = `alert\n\u001B[31mred\u202E ${'x'.repeat(5_000)}`;
  const text = noticeText({ ...exampleNotice, reason });
  expect(text).toMatch(/^alert \[31mred x+ …\. Decided by/);
  expect(text.length).toBeLessThan(2_000);
});
