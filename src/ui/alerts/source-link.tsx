import type { ReactNode } from 'react';

/** Only addresses of the web are made links: whoever sends alerts may write anything there. */
export function SourceLink({ link }: { readonly link: string }): ReactNode {
  if (!/^https?:\/\//.test(link)) return null;
  return (
    <>
      {' '}
      <a href={link} className="link" target="_blank" rel="noreferrer noopener">
        its source
      </a>
    </>
  );
}
