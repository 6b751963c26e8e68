import { type ReactNode, useState } from 'react';
import type { TokenView } from '../../core/protocol/token-view.ts';
import { useRevoke, useTokens } from '../api/token-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Confirm } from '../design/confirm.tsx';
import { Notice } from '../design/notice.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { fullTime, span } from '../words/time-words.ts';
import { grantWords, lifeOf } from '../words/token-words.ts';
import { NewToken } from './new-token.tsx';
import { Table } from '../design/table.tsx';

const columns = [
  { name: 'Name' },
  { name: 'State' },
  { name: 'May' },
  { name: 'Made by' },
  { name: 'Last used' },
  { name: 'Revoke', isUnseen: true },
] as const;

/** Tokens of people, of their programs, and of those that report. */
export function TokensPage(): ReactNode {
  const { data, error } = useTokens();
  const [making, setMaking] = useState(false);
  const [revoked, revoke] = useState<TokenView | null>(null);
  return (
    <>
      <div className="head">
        <h1>Tokens</h1>
        <div className="actions">
          <button type="button" className="button button-main" onClick={() => setMaking(true)}>
            New token
          </button>
        </div>
      </div>
      {error !== null && <Notice tone="bad">{error.message}</Notice>}
      {data !== undefined && <TokenTable tokens={data} revoke={revoke} />}
      {making && <NewToken close={() => setMaking(false)} />}
      {revoked !== null && <RevokeDialog token={revoked} close={() => revoke(null)} />}
    </>
  );
}

interface TokenTableProps {
  readonly tokens: readonly TokenView[];
  readonly revoke: (token: TokenView) => void;
}

function TokenTable({ tokens, revoke }: TokenTableProps): ReactNode {
  return (
    <Table look="stack" columns={columns}>
      {tokens.map((token) => (
        <Row key={token.id} token={token} revoke={revoke} />
      ))}
    </Table>
  );
}

interface RowProps {
  readonly token: TokenView;
  readonly revoke: (token: TokenView) => void;
}

function Row({ token, revoke }: RowProps): ReactNode {
  const now = useServerNow(10_000);
  const { tone, icon, words } = lifeOf(token, now);
  const { lastUsedAt, revokedAt } = token;
  return (
    <tr>
      <th scope="row">
        {token.name || token.scope} <span className="mono muted">{token.id}</span>
      </th>
      <td>
        <Badge tone={tone} icon={icon}>
          {words}
        </Badge>
      </td>
      <td className="reason">{grantWords(token)}</td>
      <td className="optional muted" title={fullTime(token.createdAt)}>
        {token.createdBy}
      </td>
      <td
        className="optional muted nowrap"
        title={lastUsedAt === null ? undefined : fullTime(lastUsedAt)}
      >
        {lastUsedAt === null ? 'never' : `${span(now - lastUsedAt)} ago`}
      </td>
      <td className="number">
        {revokedAt === null && (
          <button type="button" className="quiet" onClick={() => revoke(token)}>
            Revoke<span className="unseen"> {token.name}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

interface RevokeDialogProps {
  readonly token: TokenView;
  readonly close: () => void;
}

function RevokeDialog({ token, close }: RevokeDialogProps): ReactNode {
  const revoke = useRevoke();
  return (
    <Confirm
      title={`Revoke: ${token.name || token.id}`}
      means="Whoever uses it is refused within seconds, and it can never be used again."
      act="Revoke"
      grave
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate(token.id, { onSuccess: close })}
      close={close}
    />
  );
}
