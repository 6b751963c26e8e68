import { describe, expect, it } from '@jest/globals';
import { DocumentStore, type StoredDocument } from '../../engine/ports/document-store.ts';
import type { Notifier } from '../../engine/ports/notifier.ts';
import { DocumentedNotifiers, type NotifierAddress } from './documented-notifiers.ts';

class Documents extends DocumentStore {
  override put = (): Promise<void> => Promise.resolve();
  override all = (): Promise<readonly StoredDocument[]> =>
    Promise.resolve([
      declared('channel', 'slack: { url: { env: SLACK } }'),
      declared(
        'hook',
        'webhook: { url: { env: HOOK }, secret: { env: KEY }, networks: [10.0.0.0/8] }',
      ),
      declared('pictures', 'grafana: { url: { env: HOOK }, token: { env: KEY }, dashboard: d1 }'),
      declared('main', 'prometheus: { url: { env: HOOK } }'),
      declared('channel', 'slack: { url: { env: OTHER } }', 'shop'),
    ]);
}

function declared(name: string, spec: string, project = 'default'): StoredDocument {
  const text = `apiVersion: crossfade/v1\nkind: Provider\nmetadata: { name: ${name}, project: ${project} }\nspec: { ${spec} }\n`;
  return { kind: 'Provider', project, name, revision: '', body: { text } };
}

async function opened(
  name: string,
  project: string,
  environment: Record<string, string>,
): Promise<NotifierAddress | undefined> {
  let address: NotifierAddress | undefined;
  const notifiers = new DocumentedNotifiers(
    new Documents(),
    (variable) => environment[variable],
    (given) => {
      address = given;
      return {} as Notifier;
    },
  );
  await notifiers.open(project, name);
  return address;
}

const environment = {
  SLACK: 'https://hooks.example.com/a',
  OTHER: 'https://hooks.example.com/b',
  HOOK: 'http://10.0.0.1/hook',
  KEY: 'whsec_b25l whsec_dHdv',
};

describe('who is told', () => {
  it.each([
    ['channel', 'identity', { kind: 'slack', url: environment.SLACK }],
    ['channel', 'shop', { kind: 'slack', url: environment.OTHER }],
    [
      'hook',
      'shop',
      {
        kind: 'webhook',
        url: environment.HOOK,
        networks: ['10.0.0.0/8'],
        secrets: ['whsec_b25l', 'whsec_dHdv'],
      },
    ],
    [
      'pictures',
      'shop',
      { kind: 'grafana', url: environment.HOOK, token: environment.KEY, dashboard: 'd1' },
    ],
  ])('%s of %s is reached as its document says', async (name, project, expected) => {
    expect(await opened(name, project, environment)).toEqual(expected);
  });

  it.each([
    ['main', 'notFound', /no Provider main that tells/],
    ['nobody', 'notFound', /no Provider nobody/],
    ['hook', 'unavailable', /^Provider hook needs KEY, which is not set/],
    ['channel', 'unavailable', /^Provider channel: SLACK is no address/],
  ])('%s cannot be told: %s', async (name, code, words) => {
    const broken = { SLACK: 'ftp://a', HOOK: environment.HOOK };
    await expect(opened(name, 'shop2', broken)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
  });
});
