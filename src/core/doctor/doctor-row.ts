import type { DoctorPart, DoctorRow } from '../protocol/doctor-view.ts';

export function fine(part: DoctorPart, subject: string, message: string): DoctorRow {
  return { part, subject, standing: 'ok', message, remedy: null };
}

export function warns(
  part: DoctorPart,
  subject: string,
  message: string,
  remedy: string,
): DoctorRow {
  return { part, subject, standing: 'warning', message, remedy };
}

export function faulty(
  part: DoctorPart,
  subject: string,
  message: string,
  remedy: string,
): DoctorRow {
  return { part, subject, standing: 'fault', message, remedy };
}
