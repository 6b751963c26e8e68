import { useEffect, useState } from 'react';

/** The browser's clock, once a second: for ages and countdowns. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The server's clock, from what it said last: ages and countdowns do not trust the browser's. */
export function useServerNow(said: number): number {
  const [offset, setOffset] = useState(() => said - Date.now());
  useEffect(() => setOffset(said - Date.now()), [said]);
  return useNow() + offset;
}
