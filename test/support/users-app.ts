import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Param,
  UnauthorizedException,
} from '@nestjs/common';
import type { CanActivate, DynamicModule, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { migration } from '../../src/sdk/index.ts';
import { CrossfadeModule } from '../../src/sdk/nest.ts';
import type { CrossfadeModuleOptions } from '../../src/sdk/nest.ts';
import { CrossfadeEntity } from '../../src/sdk/typeorm.ts';

/** A user as the API shows it, whichever side it comes from. */
export interface User {
  readonly id: string;
  readonly birthdate: string | null;
}

abstract class UserBase {
  @PrimaryColumn('bigint') id!: string;
  @Column('text', { name: 'tenant_id' }) tenantId!: string;
}

@Entity('users')
class UserV1 extends UserBase {
  @Column('text', { nullable: true }) dob!: string | null;
}

/** The same table in its new shape. */
@CrossfadeEntity('users-birthdate', { name: 'users', schema: 'users_v2' })
class UserV2 extends UserBase {
  @Column('date', { nullable: true }) birthdate!: string | null;
}

/** Says who asks, as a passport strategy would. */
@Injectable()
class TenantGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{
      headers: Record<string, string | undefined>;
      user?: { tenantId: string };
    }>();
    const tenantId = request.headers['x-tenant'];
    if (tenantId === 'nobody') throw new UnauthorizedException();
    if (tenantId !== undefined) request.user = { tenantId };
    return true;
  }
}

@Injectable()
export class UsersService {
  readonly #dob = migration<User>('users-birthdate');
  readonly #source: DataSource;

  constructor(@Inject(DataSource) source: DataSource) {
    this.#source = source;
  }

  find(id: string): Promise<User> {
    return this.#dob.read({
      pure: true,
      old: async () => {
        const user = await this.#source.getRepository(UserV1).findOneByOrFail({ id });
        return { id: user.id, birthdate: user.dob };
      },
      new: async () => {
        const user = await this.#source.getRepository(UserV2).findOneByOrFail({ id });
        return { id: user.id, birthdate: user.birthdate };
      },
    });
  }
}

@Controller('users')
class UsersController {
  readonly #users: UsersService;

  constructor(@Inject(UsersService) users: UsersService) {
    this.#users = users;
  }

  @Get(':id')
  async find(@Param('id') id: string): Promise<User> {
    try {
      return await this.#users.find(id);
    } catch (error) {
      throw new NotFoundException(`no user ${id}`, { cause: error });
    }
  }
}

/** The smallest application of a NestJS and TypeORM developer (docs/sdk.md). */
@Module({})
export class UsersApp {
  static on(databaseUrl: string, options: CrossfadeModuleOptions): DynamicModule {
    return {
      module: UsersApp,
      imports: [CrossfadeModule.forRoot(options)],
      controllers: [UsersController],
      providers: [
        UsersService,
        { provide: APP_GUARD, useClass: TenantGuard },
        {
          provide: DataSource,
          useFactory: () =>
            new DataSource({
              type: 'postgres',
              url: databaseUrl,
              entities: [UserV1, UserV2],
            }).initialize(),
        },
      ],
    };
  }
}
