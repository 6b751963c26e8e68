/** Where to put what a document does not say itself; it counts before what the document says. */
export interface ImportPlace {
  readonly environment?: string;
  readonly project?: string;
}

/** Flags and segments taken out of a foreign document, in the shape of our own, not yet checked. */
export interface ImportedParts {
  readonly features: readonly { readonly name: string; readonly raw: unknown }[];
  readonly segments: readonly { readonly id: number; readonly raw: unknown }[];
  readonly bareSegments: readonly { readonly id: number; readonly name: string }[];
}

type Raw = Readonly<Record<string, unknown>>;

/** What a document holds under a name; nothing when it is no object. */
export function fieldOf(value: unknown, name: string): unknown {
  return isRaw(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A list under a name; empty when there is none. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

export function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  return typeof text === 'string' || typeof text === 'number' ? String(text) : '';
}

/** Only these fields, and of them only those that say something. */
function picked(value: unknown, ...names: readonly string[]): Raw {
  const given = names.map((name) => [name, fieldOf(value, name)] as const);
  return Object.fromEntries(given.filter(([, item]) => item !== undefined && item !== null));
}

/** A strategy, wherever it stood; its name is a matter of the document. */
export function strategyPart(strategy: unknown, name: string): Raw {
  return {
    ...picked(strategy, 'title', 'disabled', 'segments'),
    name,
    parameters: textsOf(fieldOf(strategy, 'parameters')),
    constraints: constraintParts(strategy),
    variants: variantParts(strategy),
  };
}

function constraintParts(owner: unknown): readonly Raw[] {
  return listOf(owner, 'constraints').map((constraint) => {
    const rest = picked(
      constraint,
      'contextName',
      'operator',
      'values',
      'inverted',
      'caseInsensitive',
    );
    const given = fieldOf(constraint, 'value');
    return given === undefined || given === null ? rest : { ...rest, value: wordOf(given) };
  });
}

export function variantParts(owner: unknown): readonly Raw[] {
  return listOf(owner, 'variants').map((variant) =>
    picked(variant, 'name', 'weight', 'weightType', 'stickiness', 'payload', 'overrides'),
  );
}

export function segmentPart(item: unknown): ImportedParts['segments'][number] {
  const id = Number(fieldOf(item, 'id'));
  const name = textOf(item, 'name');
  return {
    id,
    raw: {
      ...picked(item, 'description'),
      name: name === '' ? `segment-${id}` : name,
      constraints: constraintParts(item),
    },
  };
}

/** The part of a flag that is the same in all environments. */
export function featurePart(item: unknown): Raw {
  return picked(item, 'project', 'type', 'description', 'stale', 'impressionData', 'dependencies');
}

/** Parameters are texts, whatever they mean; older documents hold numbers. */
function textsOf(value: unknown): Raw {
  if (!isRaw(value)) return {};
  const texts = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(texts.map(([key, item]) => [key, wordOf(item)]));
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
