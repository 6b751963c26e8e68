import type { z } from 'zod';

import { profileSchema } from './kinds/profile.ts';
import { providerSchema } from './kinds/provider.ts';
import { rolloutPolicySchema } from './kinds/rollout-policy.ts';
import { schemaMigrationSchema } from './kinds/schema-migration.ts';
import { serviceSchema } from './kinds/service.ts';
import { targetSchema } from './kinds/target.ts';
import type { SourceDocument } from './source/read-yaml.ts';

/** One schema per kind: the parser, the types and the JSON Schema all come from it. */
export const kindSchemas = {
  Target: targetSchema,
  Service: serviceSchema,
  Provider: providerSchema,
  Profile: profileSchema,
  SchemaMigration: schemaMigrationSchema,
  RolloutPolicy: rolloutPolicySchema,
} as const;

export type Kind = keyof typeof kindSchemas;

export const kinds = Object.keys(kindSchemas) as readonly Kind[];

/** A document that is valid by itself, with the text it came from. */
export interface DocumentOf<K extends Kind> {
  readonly kind: K;
  readonly name: string;
  readonly project: string;
  readonly spec: z.output<(typeof kindSchemas)[K]>['spec'];
  readonly source: SourceDocument;
}

/** A valid document of any kind. */
export type PolicyDocument = { [K in Kind]: DocumentOf<K> }[Kind];
