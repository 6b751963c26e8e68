import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import type { Tone } from './tone.ts';

const icons: Readonly<Record<Tone, IconName>> = {
  accent: 'dot',
  good: 'check',
  warn: 'warn',
  bad: 'warn',
  quiet: 'dot',
};

/** A sentence that must be read; a grave one is said at once by screen readers. */
export function Notice({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={`notice tone-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icons[tone]} />
      <div>{children}</div>
    </div>
  );
}
