import type { ReactNode } from 'react';
import { useSession } from '../api/session-queries.ts';
import { Notice } from '../design/notice.tsx';
import { FleetPage } from '../fleet/fleet-page.tsx';
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
  const [section, name] = parts;
  if (section === undefined) return <FleetPage />;
  if (section === 'rollouts' && name !== undefined) return <RolloutPage key={name} name={name} />;
  return <Notice tone="quiet">There is no page at this address.</Notice>;
}
