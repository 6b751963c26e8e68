import { CrossfadeError } from '../../errors.ts';
import { downBlock, type Emitted, upBlock } from './migration-block.ts';

export const emitTools = ['typeorm', 'flyway', 'sql'] as const;

export type EmitTool = (typeof emitTools)[number];

/** A migration in another tool's form. */
export interface EmittedFile {
  readonly name: string;
  readonly text: string;
}

/** @param at epoch milliseconds, which put it in its place among the tool's other migrations */
export function emittedFile(
  emitted: Emitted & { readonly tool: EmitTool },
  at: number,
): EmittedFile {
  const { migration, part, tool } = emitted;
  const name = part === 'all' ? migration.name : `${migration.name}-${part}`;
  switch (tool) {
    case 'sql':
      return { name: `${name}.sql`, text: sqlText(emitted) };
    case 'flyway':
      return { name: `V${at}__${underscored(name)}.sql`, text: flywayText(emitted) };
    case 'typeorm':
      return { name: `${at}-${name}.ts`, text: typeormText(emitted, className(name, at)) };
  }
}

function heading({ migration, part }: Emitted): readonly string[] {
  const parts = part === 'all' ? 'all parts' : part;
  return [
    `Schema migration ${migration.name}, ${parts}, for databases that Crossfade does not look after:`,
    'fresh ones, development, CI. Where Crossfade has carried it out, or is about to, it does nothing.',
  ];
}

function sqlText(emitted: Emitted): string {
  return `${heading(emitted)
    .map((line) => `-- ${line}\n`)
    .join('')}${upBlock(emitted)}`;
}

function flywayText(emitted: Emitted): string {
  const text = sqlText(emitted);
  if (!text.includes('${')) return text;
  throw new CrossfadeError(
    'unsupported',
    `${emitted.migration.name} holds \`\${\`, which Flyway takes for a placeholder of its own; ` +
      'write the expression another way, or emit sql and run it with placeholderReplacement=false',
  );
}

function typeormText(emitted: Emitted, name: string): string {
  const down = downBlock(emitted);
  const back =
    down === null
      ? `  down(): Promise<void> {\n    throw new Error('${emitted.migration.name} has no way back here: contract is the point of no return');\n  }`
      : `  async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(${template(down)});\n  }`;
  return [
    "import type { MigrationInterface, QueryRunner } from 'typeorm';",
    '',
    '/**',
    ...heading(emitted).map((line) => ` * ${line}`),
    ' */',
    `export class ${name} implements MigrationInterface {`,
    `  name = '${name}';`,
    '',
    '  async up(queryRunner: QueryRunner): Promise<void> {',
    `    await queryRunner.query(${template(upBlock(emitted))});`,
    '  }',
    '',
    back,
    '}',
    '',
  ].join('\n');
}

function template(text: string): string {
  return `\`${text.replaceAll(/[`\\]|\$\{/g, '\\$&')}\``;
}

const words = (name: string): readonly string[] => name.split(/[^A-Za-z0-9]+/).filter(Boolean);

const underscored = (name: string): string => words(name).join('_');

/** TypeORM reads the last 13 characters as the time. */
function className(name: string, at: number): string {
  const [first = '', ...rest] = words(name).map((word) => word[0]?.toUpperCase() + word.slice(1));
  const stem = [first, ...rest].join('');
  return `${/^\d/.test(stem) ? 'M' : ''}${stem}${at}`;
}
