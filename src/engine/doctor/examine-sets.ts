import { setRows } from '../../core/doctor/set-rows.ts';
import type { DocumentSetViews } from '../document-set-views.ts';
import type { Examination } from './examination.ts';

/** Whether the sets of documents are as their folders are. Whoever asks the doctor sees every project. */
export function examineSets(views: DocumentSetViews): Examination {
  return { part: 'documents', look: async () => setRows(await views.list(() => true)) };
}
