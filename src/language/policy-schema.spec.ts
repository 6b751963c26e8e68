import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { policyReference, referenceMarker } from './policy-reference.ts';
import { policySchema, policySchemaText, type JsonSchema } from './policy-schema.ts';
import { readYaml } from './source/read-yaml.ts';

const advice = 'run: node scripts/write-policy-schema.mjs';

describe('what is generated from the schemas', () => {
  it(`policies/policy.schema.json is fresh (${advice})`, () => {
    expect(readFileSync('policies/policy.schema.json', 'utf8')).toBe(policySchemaText());
  });

  it(`the keys in docs/policy-reference.md are fresh (${advice})`, () => {
    const text = readFileSync('docs/policy-reference.md', 'utf8');
    expect(text.slice(text.indexOf(referenceMarker))).toBe(policyReference(policySchema()));
  });
});

describe('the JSON Schema', () => {
  // An independent reader of draft-07, so that it is judged as an editor would.
  const editor = z.fromJSONSchema(policySchema() as Parameters<typeof z.fromJSONSchema>[0]);

  function accepted(folder: string, name: string): boolean[] {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    return readYaml({ name, text }).documents.map(
      ({ root }) => editor.safeParse(root.value).success,
    );
  }

  it.each(readdirSync('test/fixtures/policies/valid'))('takes all of %s', (name) => {
    const answers = accepted('test/fixtures/policies/valid', name);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers).not.toContain(false);
  });

  it.each(['words.yaml', 'guards-and-steps.yaml', 'change.yaml'])('refuses %s', (name) => {
    expect(accepted('test/fixtures/policies/invalid', name)[0]).toBe(false);
  });

  it('has a meaning for every key, so that an editor can show it', () => {
    expect(keysWithoutMeaning(policySchema(), '')).toEqual([]);
  });
});

function keysWithoutMeaning(schema: JsonSchema, path: string): string[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
    ...(property.description === undefined ? [`${path}.${key}`] : []),
    ...keysWithoutMeaning(property, `${path}.${key}`),
  ]);
  const parts = [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  const definitions = Object.entries(schema.definitions ?? {});
  return [
    ...below,
    ...parts.flatMap((part) => keysWithoutMeaning(part, path)),
    ...definitions.flatMap(([name, definition]) => keysWithoutMeaning(definition, name)),
  ];
}
