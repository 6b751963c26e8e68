import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ChangeLine } from './change-line.ts';
import { isConcerned } from './concerned.ts';
import { look, noteBreak, noteSign } from './line.ts';
import { sessionKey } from './query-client.ts';
import { Refresher } from './refresher.ts';
import { noteServerTime } from './server-clock.ts';

/** Keeps what is shown as it is on the server, for as long as somebody is signed in. */
export function useChanges(): void {
  const client = useQueryClient();
  useEffect(() => {
    const refresher = new Refresher(client);
    const line = new ChangeLine({
      changed: (change) => {
        noteSign();
        refresher.want(({ queryKey }) => isConcerned(queryKey, change));
      },
      reset: () => {
        noteSign();
        refresher.want(({ queryKey }) => queryKey[0] !== sessionKey[0]);
      },
      beat: (now) => {
        noteSign();
        noteServerTime(now);
      },
      broken: () => {
        noteBreak();
        // The session may be over, which the stream itself cannot say.
        void client.invalidateQueries({ queryKey: sessionKey });
      },
    });
    const timer = setInterval(look, 1_000);
    return () => {
      clearInterval(timer);
      line.close();
      noteBreak();
    };
  }, [client]);
}
