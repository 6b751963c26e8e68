import { describe, expect, it } from '@jest/globals';
import { type Opened, opening } from '../support/opened.ts';

const closed: string[] = [];

function part(opened: Opened, name: string, fault?: Error): string {
  return opened.keep(name, (one) => {
    closed.push(one);
    return fault === undefined ? Promise.resolve() : Promise.reject(fault);
  });
}

describe('what is opened out of parts', () => {
  it('is closed from the last to the first, all of it, whatever fails on the way', async () => {
    closed.length = 0;
    const opened = await opening(async (parts) => {
      part(parts, 'folder');
      part(parts, 'server', new Error('it hangs'));
      part(parts, 'browser');
      return parts;
    });
    await expect(opened.close()).rejects.toThrow('it hangs');
    expect(closed).toEqual(['browser', 'server', 'folder']);
  });

  it('leaves nothing behind when a later part cannot be opened', async () => {
    closed.length = 0;
    const failed = opening(async (parts) => {
      part(parts, 'folder');
      part(parts, 'server');
      throw new Error('no browser');
    });
    await expect(failed).rejects.toThrow('no browser');
    expect(closed).toEqual(['server', 'folder']);
  });
});
