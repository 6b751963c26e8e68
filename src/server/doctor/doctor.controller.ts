import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { askedProviders } from '../../core/doctor/asked-providers.ts';
import { fine } from '../../core/doctor/doctor-row.ts';
import type { DoctorView } from '../../core/protocol/doctor-view.ts';
import { Doctor } from '../../engine/doctor/doctor.ts';
import type { Subjects } from '../../engine/doctor/examination.ts';
import { type DoctorBody, parseDoctor } from '../../language/doctor-request.ts';
import { For, operator } from '../auth/access.ts';
import { DocumentsService } from '../documents/documents.service.ts';
import { serverVersion } from '../version.ts';

/** Whether all that Crossfade stands on is in order. Changes nothing but the inbox, by a test alert. */
@Controller('api/v1/doctor')
export class DoctorController {
  private readonly doctor: Doctor;
  private readonly documents: DocumentsService;

  constructor(doctor: Doctor, documents: DocumentsService) {
    this.doctor = doctor;
    this.documents = documents;
  }

  @Post()
  @For(operator('everywhere'))
  @HttpCode(200)
  async examine(@Body() body: unknown): Promise<DoctorView> {
    const version = serverVersion();
    const found = await this.doctor.examine(await this.subjects(parseDoctor(body)));
    const own = fine('server', version, `answers, on Node ${process.version}`);
    return { rows: [own, ...found], version, answeredAt: Date.now() };
  }

  private async subjects({ files, target }: DoctorBody): Promise<Subjects> {
    const all = await this.documents.everything();
    const wanted = files === undefined ? all.policies : await this.documents.policiesOf(files);
    const policies = wanted.filter((one) => target === undefined || one.target === target);
    const isWhole = files === undefined && target === undefined;
    const applied = (kind: 'Target' | 'Provider') =>
      all.documents.filter((one) => one.kind === kind);
    const targets = [
      ...policies.map((one) => one.target),
      ...(target === undefined ? [] : [target]),
      ...(isWhole ? applied('Target').map((one) => one.name) : []),
    ];
    const providers = askedProviders(policies, applied('Provider'));
    return {
      policies,
      targets: [...new Set(targets)].toSorted(),
      providers: providers.filter(({ asking }) => isWhole || asking.length > 0),
    };
  }
}
