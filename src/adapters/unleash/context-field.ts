import { CrossfadeError } from '../../core/errors.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';

interface ContextBody {
  readonly description?: string | null;
  readonly stickiness?: boolean;
  readonly legalValues?: readonly unknown[];
}

/**
 * Makes sure that Unleash knows the unit's context field and offers it for stickiness. Throws
 * `refused` when the field allows listed values only: Unleash would then refuse a constraint on any
 * other unit, and a unit that must be quarantined could not be.
 */
export async function ensureContextField(api: UnleashAdminApi, name: string): Promise<void> {
  const path = `context/${encodeURIComponent(name)}`;
  const { status, body } = await api.get(path);
  if (status === 404) {
    await api.send('POST', 'context', { name, stickiness: true });
    return;
  }
  const { stickiness = false, description, legalValues = [] } = (body ?? {}) as ContextBody;
  if (legalValues.length > 0) {
    throw new CrossfadeError(
      'refused',
      `Unleash's context field "${name}" allows ${legalValues.length} listed values only, so other ` +
        'units could not be quarantined; remove its legal values, or route by another field',
    );
  }
  if (stickiness) return;
  // A PUT replaces: what people wrote about the field must be said again.
  await api.send('PUT', path, { description: description ?? '', legalValues, stickiness: true });
}
