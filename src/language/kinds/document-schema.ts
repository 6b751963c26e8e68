import { z } from 'zod';

import { name, text } from '../scalars/name.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

const apiVersion = 'crossfade/v1';

const metadata = mapping({
  name: required(name, 'Name of the document, unique among its kind and project.'),
  project: optional(name, 'Project that it belongs to.', 'default'),
  labels: optional(z.record(z.string(), text), 'Free labels, for people.'),
});

/** The envelope that every kind shares. */
export function documentSchema<K extends string, S extends z.ZodType>(
  kind: K,
  spec: S,
  description: string,
) {
  return mapping({
    apiVersion: required(
      z.literal(apiVersion, { error: `expected \`${apiVersion}\`` }),
      'Version of the language.',
    ),
    kind: required(z.literal(kind), 'Kind of the document.'),
    metadata: required(metadata, 'Who it is.'),
    spec: required(spec, 'What it says.'),
  }).meta({ id: kind, description });
}
