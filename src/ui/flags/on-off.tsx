import type { ReactNode } from 'react';
import { Badge } from '../design/badge.tsx';

export function OnOff({ on }: { readonly on: boolean }): ReactNode {
  return (
    <Badge tone={on ? 'good' : 'quiet'} icon={on ? 'check' : 'circle'}>
      {on ? 'On' : 'Off'}
    </Badge>
  );
}
