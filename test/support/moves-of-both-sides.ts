import {
  quoteIdentifier as quoted,
  quoteLiteral,
} from '../../src/core/schema-migration/identifier.ts';
import type { ShopTarget } from './shop-target.ts';

export type Side = 'old' | 'new';

/** What a side shows of a table: the columns of its key, and all others. */
export interface Face {
  readonly side: Side;
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

/** Rows of a face whose columns have these values, as SQL. */
interface Place {
  readonly face: Face;
  readonly key: Readonly<Record<string, string>>;
}

/** One column of one row is written by one side. */
interface Write {
  readonly at: Place;
  readonly column: string;
  /** As SQL. */
  readonly value: string;
  /** Where the other side shows the same thing. */
  readonly theirs: readonly Place[];
}

/** Something that may happen around a write that must not be lost: statements in their order. */
export type Move = (write: Write) => readonly string[];

/** A value that was written, and where it has to stand from then on. */
interface Written {
  readonly side: Side;
  readonly table: string;
  /** What was done, in words and as SQL. */
  readonly move: string;
  /** Asks for the value as text, of the tables in a schema. */
  readonly asked: (schema: string) => string;
  readonly value: string | null;
}

/** What tables that are not told apart by their own name are about, and how many columns of the key tell which. */
const THINGS: Readonly<Record<string, { readonly thing: string; readonly told: number }>> = {
  people: { thing: 'person', told: 1 },
  persons: { thing: 'person', told: 1 },
  bios: { thing: 'person', told: 1 },
  homes: { thing: 'person', told: 1 },
  phones: { thing: 'person', told: 1 },
  visits: { thing: 'visit', told: 2 },
  calls: { thing: 'visit', told: 2 },
};
const thingOf = ({ table }: Face) => THINGS[table] ?? { thing: table, told: 1 };
const KEYS = ['id', 'person_id', 'nr', 'place', 'site', 'day'];
/** What no operation has to do with. */
const UNRELATED = 'profile';

/** What tells which thing a row is about, whatever the names of its columns. */
const told = ({ face, key }: Place): readonly string[] =>
  Object.values(key).slice(0, thingOf(face).told);
const nameOf = (place: Place): string => [thingOf(place.face).thing, ...told(place)].join(' ');

/** Where these show the same thing. */
const samePlaces = (at: Place, faces: readonly Face[]): readonly Place[] =>
  faces
    .filter((face) => thingOf(face).thing === thingOf(at.face).thing)
    .map((face) => ({
      face,
      key: Object.fromEntries(told(at).map((value, nr) => [String(face.key[nr]), value])),
    }));

const literal = (text: string | null): string => (text === null ? 'NULL' : quoteLiteral(text));
const schemaOf = (side: Side): string => (side === 'old' ? 'shop_v1' : 'shop_v2');
const viewOf = ({ side, table }: Face): string => `${schemaOf(side)}.${quoted(table)}`;
const whereOf = ({ key }: Place): string =>
  Object.entries(key)
    .map(([column, value]) => `${quoted(column)} = ${value}`)
    .join(' AND ');

const update = ({ at, column, value }: Write): string =>
  `UPDATE ${viewOf(at.face)} SET ${quoted(column)} = ${value} WHERE ${whereOf(at)}`;

/** The other side writes what it has read. */
const writeBack = (place: Place): string => {
  const set = place.face.columns.map((column) => `${quoted(column)} = ${quoted(column)}`);
  return `UPDATE ${viewOf(place.face)} SET ${set.join(', ')} WHERE ${whereOf(place)}`;
};

/** The other side makes a row what another one is. */
const copyAnother = (place: Place): string => {
  const columns = place.face.columns.map((column) => quoted(column)).join(', ');
  const view = viewOf(place.face);
  return `UPDATE ${view} SET (${columns}) = (SELECT ${columns} FROM ${view} WHERE NOT (${whereOf(place)})
    ORDER BY ${place.face.key.map((one) => quoted(one)).join(', ')} LIMIT 1) WHERE ${whereOf(place)}`;
};

/** What happens to rows while nobody uses the new version yet. */
export const MOVES_OF_ONE: Readonly<Record<string, Move>> = {
  'is written': (write) => [update(write)],
  'is deleted and inserted': ({ at, column, value }) => {
    const columns = [...at.face.key, ...at.face.columns];
    const values = columns.map((one) => (one === column ? value : (at.key[one] ?? quoted(one))));
    const like = `${whereOf(at).replaceAll(' = ', ' <> ')} LIMIT 1`;
    return [
      `DELETE FROM ${viewOf(at.face)} WHERE ${whereOf(at)}`,
      // By itself a NULL cannot be told from a column that the INSERT leaves to a default of the old one.
      `SET crossfade.side = '${value === 'NULL' ? at.face.side : ''}'`,
      `INSERT INTO ${viewOf(at.face)} (${columns.map((one) => quoted(one)).join(', ')})
        SELECT ${values.join(', ')} FROM ${viewOf(at.face)} WHERE ${like}`,
      `SET crossfade.side = ''`,
    ];
  },
};

/** What happens to rows while both versions are used. */
export const MOVES_OF_BOTH: Readonly<Record<string, Move>> = {
  ...MOVES_OF_ONE,
  'is written before the other side updates another column': (write) => [
    update(write),
    ...write.theirs
      .filter(({ face }) => face.columns.includes(UNRELATED) && write.column !== UNRELATED)
      .map(
        (place) => `UPDATE ${viewOf(place.face)} SET ${UNRELATED} = '{}' WHERE ${whereOf(place)}`,
      ),
  ],
  'is written before the other side writes back what it reads': (write) => [
    update(write),
    ...write.theirs.map((place) => writeBack(place)),
  ],
  'is written with a search path that names both versions': (write) => [
    'SET search_path = shop_v2, shop_v1, public',
    update(write),
    `SET search_path = ''`,
  ],
  'is written after the other side has made the row what another is': (write) => [
    ...write.theirs.map((place) => copyAnother(place)),
    update(write),
  ],
};

/** Carries out moves through the views of both versions, each on a thing that no other touches. */
export class MovesOfBothSides {
  readonly #shop: ShopTarget;
  readonly #touched = new Set<string>();
  readonly #written: Written[] = [];
  /** Writes of the application that failed, each with what was said. */
  readonly failures: string[] = [];

  constructor(shop: ShopTarget) {
    this.#shop = shop;
  }

  /** How many values have been written and have to stand. */
  get total(): number {
    return this.#written.length;
  }

  /** Each move once with a value or two of each column that these sides show. */
  async carryOut(moves: Readonly<Record<string, Move>>, sides: readonly Side[]): Promise<void> {
    const faces = await this.#faces();
    for (const face of faces.filter(({ side }) => sides.includes(side))) {
      const places = await this.#places(face);
      for (const [column, value] of await this.#values(face)) {
        for (const [name, move] of Object.entries(moves)) {
          const at = this.#untouched(places);
          const others = faces.filter(({ side }) => side !== face.side);
          await this.#carryOut(name, move, { at, column, value, theirs: samePlaces(at, others) });
        }
      }
    }
  }

  /** Values of one side that stand no longer. `schema`: where its tables are by now. */
  async lost(side: Side, schema = schemaOf(side)): Promise<string[]> {
    const lost: string[] = [];
    for (const { asked, value, move } of this.#written.filter((one) => one.side === side)) {
      const [row] = await this.#shop.admin(asked(schema));
      if (row?.['value'] !== value) lost.push(`${move}: ${JSON.stringify(row)} for ${value}`);
    }
    return lost;
  }

  async #carryOut(name: string, move: Move, write: Write): Promise<void> {
    const { at, column, value } = write;
    const words = `${at.face.side} ${at.face.table}.${column} ${name} [${value}, ${whereOf(at)}]`;
    try {
      for (const sql of move(write)) await this.#shop.app(sql);
    } catch (fault) {
      this.failures.push(`${words}: ${String(fault)}`);
      return;
    }
    const { side, table } = at.face;
    const asked = (schema: string): string =>
      `SELECT ${quoted(column)}::text AS value FROM ${schema}.${quoted(table)} WHERE ${whereOf(at)}`;
    const wanted = value === 'NULL' ? null : value.slice(1, -1).replaceAll(`''`, `'`);
    this.#written.push({ side, table, move: words, asked, value: wanted });
  }

  async #faces(): Promise<readonly Face[]> {
    const rows = await this.#shop.admin(`SELECT table_schema AS schema, table_name AS table, 
        array_agg(column_name::text ORDER BY ordinal_position) AS columns FROM information_schema.columns
      WHERE table_schema IN ('shop_v1', 'shop_v2') GROUP BY 1, 2 ORDER BY 1, 2`);
    return rows.map(({ schema, table, columns }) => ({
      side: schema === 'shop_v1' ? 'old' : 'new',
      table: String(table),
      key: KEYS.filter((one) => (columns as string[]).includes(one)),
      columns: (columns as string[]).filter((one) => !KEYS.includes(one)),
    }));
  }

  async #places(face: Face): Promise<readonly Place[]> {
    const key = face.key.map((one) => `${quoted(one)}::text`).join(', ');
    const rows = await this.#shop.admin(`SELECT ${key} FROM ${viewOf(face)} ORDER BY ${key}`);
    return rows.map((row) => ({
      face,
      key: Object.fromEntries(face.key.map((one) => [one, quoteLiteral(String(row[one]))])),
    }));
  }

  #untouched(places: readonly Place[]): Place {
    const at = places.find((place) => !this.#touched.has(nameOf(place)));
    if (at === undefined) throw new Error('The table has too few rows for so many moves.');
    this.#touched.add(nameOf(at));
    return at;
  }

  /** Of each column NULL and one other value, as SQL, if the column has them and so may have them. */
  async #values(face: Face): Promise<readonly (readonly [column: string, value: string])[]> {
    const values: (readonly [string, string])[] = [];
    for (const column of face.columns) {
      const rows = await this.#shop.admin(`SELECT DISTINCT ${quoted(column)}::text AS value
        FROM ${viewOf(face)} ORDER BY 1 NULLS FIRST LIMIT 2`);
      const found = rows.map(({ value }) => value as string | null);
      values.push(...found.map((one) => [column, literal(one)] as const));
    }
    return values;
  }
}
