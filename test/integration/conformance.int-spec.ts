import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { carryOut } from '../conformance/check.ts';
import { checksOfContact } from '../conformance/checks-of-contact.ts';
import { checksOfRouting } from '../conformance/checks-of-routing.ts';

const clients = [
  { client: 'our SDK', command: `${process.execPath} test/conformance/sdk-client.ts` },
  { client: 'the client in Python', command: 'python3 clients/python/conformance_client.py' },
];
const checks = [...checksOfRouting, ...checksOfContact];

describe.each(clients)('$client', ({ command }) => {
  it.each(checks)('$name', async (check) => {
    await expect(carryOut(check, command)).resolves.toBeUndefined();
  });
});

describe('the client in Python, by its own tests', () => {
  it('passes them', async () => {
    const options = ['-m', 'unittest', 'discover', 'clients/python'];
    const { stderr } = await promisify(execFile)('python3', options);
    expect(stderr).toMatch(/Ran \d+ tests .*\n\nOK/);
  });
});
