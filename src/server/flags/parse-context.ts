import type { EvaluationContext } from '../../core/flags/evaluation/evaluation-context.ts';

const FIELDS = ['userId', 'sessionId', 'remoteAddress', 'currentTime', 'appName', 'environment'];

/** What a request knows without being told. */
export interface ContextDefaults {
  readonly environment: string;
  readonly remoteAddress: string | undefined;
}

/**
 * The context of a request to the frontend API: known fields, and all others as properties. What is
 * no text, number or truth value is left out.
 */
export function parseContext(given: unknown, defaults: ContextDefaults): EvaluationContext {
  const { properties, ...fields } = recordOf(given);
  const texts = textsOf(Object.entries(fields));
  const known = texts.filter(([name]) => FIELDS.includes(name));
  const others = texts.filter(([name]) => !FIELDS.includes(name));
  return {
    ...defaults,
    ...Object.fromEntries(known),
    properties: Object.fromEntries([
      ...others.map(([name, text]) => [propertyName(name), text] as const),
      ...textsOf(Object.entries(recordOf(properties))),
    ]),
  };
}

/** In a URL a property may be written as `properties[NAME]`. */
function propertyName(field: string): string {
  return /^properties\[(.+)\]$/.exec(field)?.[1] ?? field;
}

function textsOf(entries: readonly (readonly [string, unknown])[]): (readonly [string, string])[] {
  return entries.flatMap(([name, value]) => {
    const kinds = ['string', 'number', 'boolean'];
    return kinds.includes(typeof value) ? [[name, String(value)] as const] : [];
  });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : {};
}
