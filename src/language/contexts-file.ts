import { parse } from 'yaml';
import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import { name } from './scalars/name.ts';
import { writeYaml } from './write-yaml.ts';

/** Where a token is found; the token itself is never written down. */
const tokenReference = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected a variable') }),
  z.strictObject({ file: z.string().min(1) }),
]);

const context = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'expected an address such as https://crossfade:4400' }),
  token: tokenReference,
});

const contexts = z.strictObject({
  /** The one that is used when none is named. */
  current: name.optional(),
  contexts: z.record(name, context).default({}),
});

/** A server, and where the token for it is found. */
export type ServerContext = z.output<typeof context>;

/** The CLI's own configuration. */
export type Contexts = z.output<typeof contexts>;

/** Reads the CLI's configuration file. Throws `invalidInput` with what is wrong, and where. */
export function parseContexts(text: string, file: string): Contexts {
  const parsed = contexts.safeParse(valueOf(text, file) ?? {});
  const issues = parsed.error?.issues ?? [];
  const words = issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  if (parsed.success) {
    const { current } = parsed.data;
    if (current === undefined || Object.hasOwn(parsed.data.contexts, current)) return parsed.data;
    words.push(`current: there is no context ${current}`);
  }
  throw new CrossfadeError('invalidInput', `${file} is no configuration: ${words.join('; ')}`);
}

/** A context from what somebody typed. Throws `invalidInput`. */
export function parseContext(given: { name: string; context: unknown }): [string, ServerContext] {
  const parsed = z.strictObject({ name, context }).safeParse(given);
  if (parsed.success) return [parsed.data.name, parsed.data.context];
  const words = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CrossfadeError('invalidInput', words.join('; '));
}

export function contextsText(all: Contexts): string {
  return writeYaml(all);
}

function valueOf(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    const [line] = (cause as Error).message.split('\n');
    throw new CrossfadeError('invalidInput', `${file} is no YAML: ${line ?? ''}`, { cause });
  }
}
