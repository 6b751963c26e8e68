import { useEffect, useState } from 'react';
import { serverOffset } from '../api/server-clock.ts';

/** The browser's clock, once a second: for ages and countdowns. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The server's clock, once a second unless said otherwise. */
export function useServerNow(everyMs?: number): number {
  return useNow(everyMs) + serverOffset();
}
