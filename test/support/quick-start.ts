import { transform } from '@swc/core';
import { symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fencedBlocks } from './fenced-blocks.ts';

/** What the page leaves to the reader: its own entity, how a user looks, and who asks. */
const before = `import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module, Param } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { migration } from '@crossfade/sdk';
import { CrossfadeModule } from '@crossfade/sdk/nest';
import { CrossfadeEntity } from '@crossfade/sdk/typeorm';

interface User { id: string; dob: string | null }
class UserBase { @PrimaryColumn('bigint') id: string }
@Entity('users') class UserV1 extends UserBase { @Column('text', { nullable: true }) dob: string | null }
const fromProfile = ({ id, dob }: UserV1): User => ({ id, dob });
const fromColumn = ({ id, birthdate }: UserV2): User => ({ id, dob: birthdate });
class TypeOrmModule {
  static forRoot(options) {
    const useFactory = () => new DataSource(options).initialize();
    const providers = [{ provide: DataSource, useFactory }];
    return { module: TypeOrmModule, global: true, providers, exports: [DataSource] };
  }
}
@Injectable() class TenantGuard {
  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    request.user = { tenantId: request.headers['x-tenant'] };
    return true;
  }
}
`;

/** The quick start of `docs/sdk.md`, file by file as its comments name them. */
function shownFiles(): ReadonlyMap<string, string> {
  const [block] = fencedBlocks('docs/sdk.md').filter(({ language }) => language === 'ts');
  const parts = (block?.text ?? '').split(/^\/\/ (\S+\.ts).*$/m).slice(1);
  return new Map(
    parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1] ?? ''] as const] : [])),
  );
}

function source(files: ReadonlyMap<string, string>): string {
  const shown = (file: string): string => {
    const text = files.get(file);
    if (text === undefined) throw new Error(`docs/sdk.md shows no ${file}`);
    return text;
  };
  return `${before}
${shown('user-v2.entity.ts')}
const db = { type: 'postgres', url: process.env.DATABASE_URL, entities: [UserV1, UserV2] };
@Injectable() class UsersService {
  constructor(@Inject(DataSource) source) {
    this.users = source.getRepository(UserV1);
    this.usersV2 = source.getRepository(UserV2);
  }
  ${shown('users.service.ts')}
}
@Controller() class UsersController {
  constructor(@Inject(UsersService) users) { this.service = users; }
  @Get() alive() { return {}; }
  @Get('users/:id') one(@Param('id') id) { return this.service.find(id); }
}
@Module({
  ${shown('app.module.ts').trim().replace(/;$/, '')},
  controllers: [UsersController],
  providers: [UsersService, { provide: APP_GUARD, useClass: TenantGuard }],
}) class AppModule {}
const app = await NestFactory.create(AppModule, { logger: false });
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT), '127.0.0.1');
`;
}

/** Writes the service that the page shows into a folder that has the SDK; the rest is lent to it. */
export async function writeQuickStart(folder: string): Promise<void> {
  const { code } = await transform(source(shownFiles()), {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      target: 'es2022',
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
    isModule: true,
  });
  await writeFile(join(folder, 'service.mjs'), code);
  for (const name of ['@nestjs', 'typeorm', 'reflect-metadata', 'rxjs']) {
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
}
