// Writes what is generated from the policy language: the JSON Schema for editors and the list of
// keys in the reference. A spec fails when either file is older than the schemas.
import { readFileSync, writeFileSync } from 'node:fs';

import { policyReference, referenceMarker } from '../src/language/policy-reference.ts';
import { policySchema, policySchemaText } from '../src/language/policy-schema.ts';

const root = new URL('../', import.meta.url);
writeFileSync(new URL('policies/policy.schema.json', root), policySchemaText());

const reference = new URL('docs/policy-reference.md', root);
const [introduction = ''] = readFileSync(reference, 'utf8').split(referenceMarker);
writeFileSync(reference, `${introduction}${policyReference(policySchema())}`);
