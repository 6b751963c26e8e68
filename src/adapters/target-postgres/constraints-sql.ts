/** Names of a relation's columns by their numbers, in their order. */
export const columnsAt = (relation: string, numbers: string): string => `
  (SELECT jsonb_agg(a.attname ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY u(number, place)
   JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number)`;

const quotedAt = (relation: string, numbers: string): string => `
  (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY u(number, place)
   JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number)`;

const REFERENCES = `
  SELECT jsonb_build_object('schema', n.nspname, 'table', f.relname, 'columns', ${columnsAt('k.confrelid', 'k.confkey')},
    'tail', substr(pg_get_constraintdef(k.oid), 1 + length(concat('FOREIGN KEY (', ${quotedAt('k.conrelid', 'k.conkey')},
      ') REFERENCES ', k.confrelid::regclass, '(', ${quotedAt('k.confrelid', 'k.confkey')}, ')'))))
  FROM pg_class f JOIN pg_namespace n ON n.oid = f.relnamespace WHERE f.oid = k.confrelid`;

/** What PostgreSQL adds to a foreign key for the parts of the table that it leads to, on all levels. */
const FOR_PARTS = `
  WITH RECURSIVE added AS (
    SELECT oid, conname FROM pg_constraint WHERE conparentid = k.oid AND conrelid = k.conrelid UNION ALL
    SELECT f.oid, f.conname FROM pg_constraint f JOIN added ON f.conparentid = added.oid WHERE f.conrelid = k.conrelid)
  SELECT coalesce(jsonb_agg(conname ORDER BY oid), '[]') FROM added`;

/** All of table `c`, without that. */
export const CONSTRAINTS = `
  SELECT jsonb_agg(jsonb_build_object('name', k.conname, 'kind', CASE k.contype WHEN 'p' THEN 'primary'
      WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign' ELSE 'exclusion' END,
    'columns', coalesce(${columnsAt('k.conrelid', 'k.conkey')}, '[]'),
    'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated,
    'comment', obj_description(k.oid, 'pg_constraint'), 'references', (${REFERENCES}),
    'forParts', (${FOR_PARTS}),
    'condition', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END) ORDER BY k.conname)
  FROM pg_constraint k
  WHERE k.conrelid = c.oid AND k.conparentid = 0 AND k.contype IN ('p', 'u', 'c', 'f', 'x')`;
