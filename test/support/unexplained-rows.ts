import type { ShopTarget } from './shop-target.ts';

/**
 * Keys of `users` and `addresses` that are out of step and that nobody recorded, and records of keys that are well.
 * @param values SQL over `w`, a row of users, and `n`, one of addresses: old values, then new ones, as the pair's judge takes them
 */
export async function unexplainedRows(
  shop: ShopTarget,
  values: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  // Settles what is well again.
  await shop.target.works.jobs('r1');
  const [judge] = await shop.admin(
    `SELECT 'crossfade.' || proname AS name FROM pg_proc WHERE proname LIKE 'pair\\_%'`,
  );
  return shop.admin(
    `SELECT key, fault, filed FROM (
       SELECT coalesce(w.id, n.user_id) AS key, f._crossfade_fault AS fault, EXISTS (
         SELECT FROM crossfade.quarantine q WHERE q.resolved_at IS NULL AND q.kind <> 'conflict'
           AND q.key = jsonb_build_array(coalesce(w.id, n.user_id)::text)) AS filed
       FROM users w FULL JOIN addresses n ON n.user_id = w.id,
         LATERAL ${String(judge?.['name'])}(w.id IS NOT NULL, n.user_id IS NOT NULL, ${values}) f
     ) judged WHERE (fault IS NOT NULL) <> filed`,
  );
}
