import { z } from 'zod';

import { kindSchemas } from './document.ts';

/** JSON Schema as far as it is read here; draft-07. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly title?: string;
  readonly type?: string;
  readonly minimum?: number;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** The schema of one document of any kind, for editors; made from the schemas that parse. */
export function policySchema(): JsonSchema {
  const schema = z.toJSONSchema(z.union(Object.values(kindSchemas)), {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'throw',
    // Zod leaves out the default of what it transforms; ours are the written form, so they hold.
    override: ({ zodSchema, jsonSchema }) => {
      const fallback = z.globalRegistry.get(zodSchema)?.['default'];
      if (fallback !== undefined) jsonSchema.default = fallback as NonNullable<unknown>;
    },
  });
  return { ...schema, title: 'Crossfade documents, apiVersion crossfade/v1' } as JsonSchema;
}

/** The text of `policies/policy.schema.json`. */
export function policySchemaText(): string {
  return `${JSON.stringify(policySchema(), null, 2)}\n`;
}
