import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { Crossfade, UnitId } from '../crossfade.ts';
import { Warnings } from '../warnings.ts';

type UnitOf = (request: unknown, context: ExecutionContext) => UnitId;

/**
 * Runs each handler for the unit of its request. It stands after the guards, which say who asks. The
 * scope ends with the handler's first answer, so that a stream of events keeps no rollback waiting.
 */
export class UnitInterceptor implements NestInterceptor {
  readonly #crossfade: Crossfade;
  readonly #unitOf: UnitOf | undefined;
  readonly #warnings: Warnings;

  constructor(
    crossfade: Crossfade,
    unitOf: UnitOf | undefined,
    onWarning: (message: string) => void,
  ) {
    this.#crossfade = crossfade;
    this.#unitOf = unitOf;
    this.#warnings = new Warnings(onWarning);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    const unit = this.#unit(context, route);
    return new Observable((subscriber) => {
      let end = (): void => {};
      const handle = (): Promise<void> => {
        const ended = new Promise<void>((resolve) => {
          end = resolve;
        });
        const subscription = next.handle().subscribe({
          next: (answer) => {
            end();
            subscriber.next(answer);
          },
          error: (error: unknown) => {
            end();
            subscriber.error(error);
          },
          complete: () => {
            end();
            subscriber.complete();
          },
        });
        subscriber.add(subscription);
        return ended;
      };
      void this.#crossfade.withUnit(unit, handle, route);
      subscriber.add(() => end());
    });
  }

  #unit(context: ExecutionContext, route: string): UnitId {
    if (this.#unitOf === undefined) return undefined;
    try {
      return this.#unitOf(context.switchToHttp().getRequest(), context);
    } catch (error) {
      this.#warnings.once(
        route,
        `the option unit of CrossfadeModule threw ${String(error)} for ${route}; such requests belong to no unit`,
      );
      return undefined;
    }
  }
}
