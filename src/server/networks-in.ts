import { z } from 'zod';

const network = z.union([z.cidrv4(), z.cidrv6()]);

/** The networks of a list with commas; null when one of them is none. */
export function networksIn(text: string): readonly string[] | null {
  const networks = text.split(',').map((one) => one.trim());
  return networks.every((one) => network.safeParse(one).success) ? networks : null;
}
