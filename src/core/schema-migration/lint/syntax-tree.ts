/**
 * Reads PostgreSQL's own syntax tree as its parser gives it in JSON: a node is an object with one field,
 * named by its kind. What is absent has the kind's zero value.
 */
export type Fields = Readonly<Record<string, unknown>>;

export interface SyntaxNode {
  readonly kind: string;
  readonly fields: Fields;
}

const nothing: Fields = {};

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The node in `value`; null when there is none. */
export function nodeOf(value: unknown): SyntaxNode | null {
  if (!isFields(value)) return null;
  const [entry] = Object.entries(value);
  if (entry === undefined) return null;
  const [kind, fields] = entry;
  return { kind, fields: isFields(fields) ? fields : nothing };
}

export function nodeIn(fields: Fields, name: string): SyntaxNode | null {
  return nodeOf(fields[name]);
}

export function nodesIn(fields: Fields, name: string): readonly SyntaxNode[] {
  const value = fields[name];
  return Array.isArray(value) ? value.flatMap((one) => nodeOf(one) ?? []) : [];
}

/** Fields of what stands in a place that knows only one kind. */
export function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : nothing;
}

/** Empty when absent. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function flagIn(fields: Fields, name: string): boolean {
  return fields[name] === true;
}

/** In bytes from the beginning of the script; null where the parser does not tell. */
export function placeIn(fields: Fields): number | null {
  const { location } = fields;
  return typeof location === 'number' && location >= 0 ? location : null;
}

/** Parts of a name: `["pg_catalog", "int4"]`. */
export function namesIn(fields: Fields, name: string): readonly string[] {
  return nodesIn(fields, name).map((node) => textIn(node.fields, 'sval'));
}

/** Every node within, the node itself first. */
export function* within(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  yield* inside(node.fields);
}

function* inside(value: unknown): Generator<SyntaxNode> {
  if (Array.isArray(value)) {
    for (const one of value) yield* inside(one);
    return;
  }
  if (!isFields(value)) return;
  for (const [kind, fields] of Object.entries(value)) {
    // Kinds begin with a capital letter, fields do not.
    if (/^[A-Z]/.test(kind) && isFields(fields)) yield* within({ kind, fields });
    else yield* inside(fields);
  }
}
