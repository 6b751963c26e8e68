const INDEXES = `
  SELECT jsonb_agg(jsonb_build_object('name', x.relname, 'valid', i.indisvalid, 'of', o.relname,
    'columns', CASE WHEN o.oid IS NOT NULL THEN '[]' ELSE (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]')
      FROM pg_attribute a WHERE a.attrelid = p.oid AND (a.attnum = ANY(i.indkey::int2[]) OR a.attnum IN (
        SELECT d.refobjsubid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
          AND d.objid = x.oid AND d.refobjid = p.oid AND d.refobjsubid > 0))) END,
    'constraint', (SELECT k.conname FROM pg_constraint k
      WHERE k.conindid = x.oid AND k.conrelid = p.oid AND k.contype IN ('p', 'u', 'x')),
    'clustered', i.indisclustered, 'identity', i.indisreplident,
    'comment', obj_description(x.oid, 'pg_class')) ORDER BY x.relname)
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    LEFT JOIN pg_inherits h ON h.inhrelid = x.oid LEFT JOIN pg_class o ON o.oid = h.inhparent
  WHERE i.indrelid = p.oid`;

/** What PostgreSQL adds for the parts of the other table says nothing of its own. */
const CONSTRAINTS = `
  SELECT jsonb_agg(jsonb_build_object('name', k.conname, 'validated', k.convalidated,
    'foreign', k.contype = 'f', 'of', CASE WHEN k.contype = 'c' THEN CASE WHEN k.coninhcount > 0 THEN k.conname END ELSE f.conname END,
    'columns', CASE WHEN k.coninhcount > 0 THEN '[]' ELSE (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]')
      FROM pg_attribute a WHERE a.attrelid = p.oid AND a.attnum = ANY(k.conkey)) END) ORDER BY k.conname)
  FROM pg_constraint k LEFT JOIN pg_constraint f ON f.oid = k.conparentid
  WHERE k.conrelid = p.oid AND k.contype IN ('c', 'f') AND f.conrelid IS DISTINCT FROM p.oid`;

const NOT_NULL = `
  SELECT jsonb_agg(a.attname ORDER BY a.attname) FROM pg_attribute a
    JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = a.attname AND NOT o.attnotnull
  WHERE a.attrelid = p.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull`;

/** A primary key that takes over an index of the part leaves such a rule there, which that of the whole does not take along. */
const OWN_NOT_NULL = `
  SELECT jsonb_agg(a.attname ORDER BY a.attname) FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  WHERE k.conrelid = p.oid AND k.contype = 'n' AND k.conislocal AND k.coninhcount > 0`;

/** All parts of table `c`, on every level, with what plans have to know of each. */
export const PARTITIONS = `
  SELECT jsonb_agg(jsonb_build_object('schema', n.nspname, 'name', p.relname,
    'parent', jsonb_build_object('schema', m.nspname, 'name', w.relname), 'leaf', tree.isleaf,
    'indexes', coalesce((${INDEXES}), '[]'), 'constraints', coalesce((${CONSTRAINTS}), '[]'),
    'notNull', coalesce((${NOT_NULL}), '[]'), 'ownNotNull', coalesce((${OWN_NOT_NULL}), '[]'))
    ORDER BY tree.level, n.nspname, p.relname)
  FROM pg_partition_tree(c.oid) tree
    JOIN pg_class p ON p.oid = tree.relid JOIN pg_namespace n ON n.oid = p.relnamespace
    JOIN pg_class w ON w.oid = tree.parentrelid JOIN pg_namespace m ON m.oid = w.relnamespace
  WHERE c.relkind = 'p' AND tree.level > 0`;
