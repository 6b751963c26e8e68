import { describe, expect, it } from '@jest/globals';

import { base } from '../../test/support/checked-files.ts';
import { sha256 } from '../../test/support/sha256.ts';
import { checkFiles, type CheckedFiles } from './check-files.ts';
import { parseDocuments } from './parse-documents.ts';

function kindsAndPlaces({ faults }: CheckedFiles): string[] {
  return faults.map(({ file, line, kind, message }) => `${file}:${line} ${kind} ${message}`);
}

describe('documents that are not at hand', () => {
  it('are named with the nearest that is, and are no concern of lint', () => {
    const text = base.replace('PROFILE', 'carefull').replace('target: users-db', 'target: user-db');
    const { faults } = checkFiles([{ name: 'f', text }], [], sha256);
    expect(faults.map(({ kind, message }) => `${kind} ${message}`)).toEqual([
      'unknownReference there is no Target `user-db`; did you mean `users-db`?',
      'unknownReference there is no Profile `carefull`; did you mean `careful`?',
    ]);
  });

  it('may be stored already; the files come before what is stored', () => {
    const stored = parseDocuments([
      { name: 's', text: base.replace('PROFILE', 'careful') },
    ]).documents;
    const text = `apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: p, project: identity }
spec: { service: users-api, change: [{ addColumn: { table: t, column: c, type: int, up: a, down: { a: c } } }] }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: users-api, project: identity }
spec: { target: users-db, atLeast: 9, unit: { key: user } }
`;
    const { policies, faults } = checkFiles([{ name: 'f', text }], stored, sha256);
    expect(faults).toEqual([]);
    expect(policies).toMatchObject([{ services: [{ atLeast: 9 }], unit: { key: 'user' } }]);
  });

  it('of another project are not seen', () => {
    const elsewhere = base.replace('name: users-db', 'name: users-db, project: other');
    const { faults } = checkFiles(
      [{ name: 'f', text: elsewhere.replace('PROFILE', 'careful') }],
      [],
      sha256,
    );
    expect(faults.map(({ message }) => message)).toEqual([
      'there is no Target `users-db`; none is defined',
    ]);
  });
});

describe('what this version cannot carry out', () => {
  it('is refused by name and place', () => {
    const unleash = `---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: flags }
spec: { unleash: { url: { env: U }, token: { env: T } } }
`;
    const text = base.replace('PROFILE', 'careful') + unleash;
    expect(kindsAndPlaces(checkFiles([{ name: 'p.yaml', text }], [], sha256))).toEqual([
      'p.yaml:23 unsupported a Provider for `unleash` cannot be carried out by this version',
    ]);
  });
});

describe('services', () => {
  it('must agree on the target', () => {
    const text = `${base.replace('PROFILE', 'careful')}---
apiVersion: crossfade/v1
kind: Target
metadata: { name: mail-db }
spec: { url: { env: MAIL_DB_URL } }
---
apiVersion: crossfade/v1
kind: Service
metadata: { name: mailer }
spec: { target: mail-db, unit: { key: tenantId } }
---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: p }
spec:
  services: [{ name: users-api, atLeast: 2 }, { name: mailer }, { name: mailer }]
  change: [{ addColumn: { table: t, column: c, type: int, up: a, down: { a: c } } }]
`;
    const wrong = 'service `mailer` uses target `mail-db`, and the change runs on `users-db`';
    expect(
      checkFiles([{ name: 'f', text }], [], sha256).faults.map(({ message }) => message),
    ).toEqual([wrong, wrong, 'service `mailer` is given twice']);
  });
});

describe('a fault in a profile', () => {
  it('is found where the profile is written', () => {
    const text = base
      .replace('PROFILE', 'careful')
      .replace('onFail: hold\n', 'steps: [{ expand: {} }, { share: { to: 5% } }]\n');
    const policy = `---
apiVersion: crossfade/v1
kind: RolloutPolicy
metadata: { name: p }
spec: { service: users-api, change: [{ addColumn: { table: t, column: c, type: int, up: a, down: { a: c } } }] }
`;
    const checked = checkFiles([{ name: 'f', text: text + policy }], [], sha256);
    expect(kindsAndPlaces(checked)).toEqual([
      'f:17 wrong `share` reads the new shape; write `backfill: {}` before it',
    ]);
  });
});

describe('a value of an effective policy', () => {
  const lines = [
    'apiVersion: crossfade/v1',
    'kind: RolloutPolicy',
    'metadata: { name: p, project: identity }',
    'spec:',
    '  service: users-api',
    '  evidence: { history: 1h }',
    '  change: [{ addColumn: { table: t, column: c, type: int, up: a, down: { a: c } } }]',
    '  guards:',
    '    - { name: errors, compare: errors }',
    '  steps: [{ expand: {} }, { backfill: {} }, { verify: {} }, { shadow: {} }, { share: { to: 50% } },',
    '    { share: { to: 100% } }]',
  ];
  const stored = parseDocuments([
    { name: 's', text: base.replace('PROFILE', 'careful') },
  ]).documents;
  const checked = checkFiles([{ name: 'f', text: lines.join('\n') }], stored, sha256);
  const placeOf = (...path: (string | number)[]): string => {
    const { file, line, column, message } = checked.faultAt.get('p')?.(path, 'said') ?? {};
    return `${file ?? ''}:${line ?? 0}:${column ?? 0} ${message ?? ''}`;
  };

  it('can be spoken of where it is written', () => {
    expect(checked.faults).toEqual([]);
    expect(placeOf('evidence', 'history')).toBe('f:6:15 said');
    expect(placeOf('guards', 0)).toBe('f:9:7 said');
    expect(placeOf('steps', 5)).toBe('f:11:5 said');
    expect(placeOf('schemaMigration')).toBe('f:7:3 said');
  });

  it('is spoken of at the next thing around it where it is not written', () => {
    expect(placeOf('target')).toBe('f:4:1 said');
    expect(placeOf('evidence', 'warmup')).toBe('f:6:3 said');
  });
});
