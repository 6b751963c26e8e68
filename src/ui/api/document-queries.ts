import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type {
  CheckedDocument,
  DocumentRevision,
  DocumentView,
  EffectivePolicy,
} from '../../core/protocol/document-view.ts';
import type { DocumentSetView } from '../../core/protocol/document-set-view.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';

/** What a document goes by. */
export type DocumentKey = Pick<DocumentView, 'kind' | 'project' | 'name'>;

/** Everything that is applied, as far as one may apply there. */
export function useDocuments(): UseQueryResult<readonly DocumentView[]> {
  return useQuery({
    queryKey: ['policies'],
    queryFn: async ({ signal }) => {
      const path = api('documents');
      return (await request<{ documents: DocumentView[] }>('GET', path, undefined, signal))
        .documents;
    },
    refetchInterval: useRefresh(),
  });
}

/** The sets that documents were applied as. */
export function useDocumentSets(): UseQueryResult<readonly DocumentSetView[]> {
  return useQuery({
    queryKey: ['policies', 'sets'],
    queryFn: async ({ signal }) => {
      const path = api('document-sets');
      return (await request<{ sets: DocumentSetView[] }>('GET', path, undefined, signal)).sets;
    },
    refetchInterval: useRefresh(),
  });
}

/** The revisions that were applied last, the newest first. */
export function useRevisions(key: DocumentKey): UseQueryResult<readonly DocumentRevision[]> {
  const { kind, project, name } = key;
  return useQuery({
    queryKey: ['policy', name, kind, project, 'revisions'],
    queryFn: async ({ signal }) => {
      const path = api('documents', kind, project, name, 'revisions');
      return (await request<{ revisions: DocumentRevision[] }>('GET', path, undefined, signal))
        .revisions;
    },
    refetchInterval: useRefresh(),
  });
}

/** What is wrong with it as things are. A document stands on others, so any change may matter. */
export function useCheck({ kind, project, name }: DocumentKey): UseQueryResult<CheckedDocument> {
  return useQuery({
    queryKey: ['policies', kind, project, name, 'check'],
    queryFn: ({ signal }) => {
      const path = api('documents', kind, project, name, 'check');
      return request<CheckedDocument>('GET', path, undefined, signal);
    },
    refetchInterval: useRefresh(),
  });
}

/** A policy with everything that it leaves out. */
export function useEffective(name: string, active: boolean): UseQueryResult<EffectivePolicy> {
  return useQuery({
    queryKey: ['policies', 'effective', name],
    queryFn: ({ signal }) =>
      request<EffectivePolicy>('GET', api('policies', name, 'effective'), undefined, signal),
    enabled: active,
  });
}
