import { Module } from '@nestjs/common';
import { resolve } from 'node:path';
import { SessionController } from './session.controller.ts';
import { UiController } from './ui.controller.ts';
import { UiFiles } from './ui-files.ts';

/** Beside the server's own code in `dist`. */
const builtFolder = resolve(import.meta.dirname, '../../../ui');

/** The web UI and the sessions of those who look at it. */
@Module({
  controllers: [SessionController, UiController],
  providers: [{ provide: UiFiles, useFactory: () => new UiFiles(builtFolder) }],
})
export class UiModule {}
