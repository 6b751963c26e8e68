import type { ReactNode } from 'react';
import { useSession } from '../api/session-queries.ts';
import { AlertsPage } from '../alerts/alerts-page.tsx';
import { AuditPage } from '../audit/audit-page.tsx';
import { TokensPage } from '../tokens/tokens-page.tsx';
import { Notice } from '../design/notice.tsx';
import { FleetPage } from '../fleet/fleet-page.tsx';
import { FeaturePage } from '../flags/feature-page.tsx';
import { FlagPage } from '../flags/flag-page.tsx';
import { FlagsPage } from '../flags/flags-page.tsx';
import { PoliciesPage } from '../policies/policies-page.tsx';
import { PolicyPage } from '../policies/policy-page.tsx';
import { RolloutPage } from '../rollout/rollout-page.tsx';
import { usePlace } from './router.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

export function App(): ReactNode {
  const session = useSession();
  if (session.isPending) return null;
  if (session.data === undefined) {
    return <Notice tone="bad">{session.error?.message}; trying again …</Notice>;
  }
  if (session.data === null) return <SignIn />;
  return (
    <Shell>
      <Page />
    </Shell>
  );
}

function Page(): ReactNode {
  const { parts } = usePlace();
  const [section, name, project, last] = parts;
  if (section === undefined) return <FleetPage />;
  if (name === undefined) return lists[section]?.() ?? <Nowhere />;
  if (section === 'policies' && project !== undefined && last !== undefined) {
    const key = { kind: name, project, name: last };
    return <PolicyPage key={Object.values(key).join(' ')} of={key} />;
  }
  return pages[section]?.(name) ?? <Nowhere />;
}

const lists: Readonly<Record<string, () => ReactNode>> = {
  flags: () => <FlagsPage />,
  policies: () => <PoliciesPage />,
  alerts: () => <AlertsPage />,
  audit: () => <AuditPage />,
  tokens: () => <TokensPage />,
};

const pages: Readonly<Record<string, (name: string) => ReactNode>> = {
  rollouts: (name) => <RolloutPage key={name} name={name} />,
  flags: (name) => <FlagPage key={name} name={name} />,
  features: (name) => <FeaturePage key={name} name={name} />,
};

function Nowhere(): ReactNode {
  return <Notice tone="quiet">There is no page at this address.</Notice>;
}
