import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { gatewayRequest } from './gateway-request.ts';

const who = { 'x-crossfade-service': 'users-api', 'x-crossfade-gateway': 'nginx-1' };

function unitBy(headers: Readonly<Record<string, string>>): string | undefined {
  return gatewayRequest('m', { ...who, ...headers }).unit;
}

describe('what a gateway asks', () => {
  it('falls to old and takes a minute at most, unless it says otherwise', () => {
    const usual = { rollout: 'm', service: 'users-api', gateway: 'nginx-1', unit: undefined };
    const silent = { safeSide: 'old', drainMs: 60_000, refusesDoubt: false };
    expect(gatewayRequest('m', who)).toEqual({ ...usual, ...silent });
    const said = { 'x-crossfade-safe': 'new', 'x-crossfade-drain': '2.5' };
    const asked = gatewayRequest('m', { ...who, ...said, 'x-crossfade-doubt': 'refuse' });
    expect(asked).toMatchObject({ safeSide: 'new', drainMs: 2_500, refusesDoubt: true });
  });

  it('names the unit, or where it stands: a header, a cookie', () => {
    expect(unitBy({ 'x-crossfade-unit': 't1' })).toBe('t1');
    const asked = { 'x-crossfade-unit-from': 'header:X-Tenant', 'x-tenant': 't2' };
    expect(unitBy({ ...asked, 'x-crossfade-unit': 'claimed by the caller' })).toBe('t2');
    const cookie = { 'x-crossfade-unit-from': 'cookie:tenant' };
    expect(unitBy({ ...cookie, cookie: 'a=1; tenant=t3; mytenant=t4' })).toBe('t3');
    expect(unitBy({ ...cookie, cookie: 'mytenant=t4' })).toBeUndefined();
  });

  it('belongs to no unit where the id is empty or endless', () => {
    expect(unitBy({ 'x-crossfade-unit': '' })).toBeUndefined();
    expect(unitBy({ 'x-crossfade-unit': 'x'.repeat(1_001) })).toBeUndefined();
  });

  it.each([
    [{ 'x-crossfade-service': '' }, 'x-crossfade-service'],
    [{ 'x-crossfade-gateway': 'x'.repeat(201) }, 'x-crossfade-gateway'],
    [{ 'x-crossfade-safe': 'both' }, 'x-crossfade-safe'],
    [{ 'x-crossfade-doubt': 'maybe' }, 'x-crossfade-doubt'],
    [{ 'x-crossfade-drain': 'soon' }, 'x-crossfade-drain'],
    [{ 'x-crossfade-drain': '-1' }, 'x-crossfade-drain'],
    [{ 'x-crossfade-unit-from': 'body:tenant' }, 'x-crossfade-unit-from'],
  ])('refuses %j by name', (headers, named) => {
    expect(() => gatewayRequest('m', { ...who, ...headers })).toThrow(`header ${named} is missing`);
  });

  it.each(['envoy', 'traefik'])('is what the configuration for %s says', async (proxy) => {
    const text = await readFile(`docs/gateway/${proxy}.yaml`, 'utf8');
    const headers = { ...headersIn(parse(text)), 'x-tenant': 't1' };
    expect(gatewayRequest('parcels-grams', headers)).toEqual({
      rollout: 'parcels-grams',
      service: 'parcels-api',
      gateway: `${proxy}-1`,
      unit: 't1',
      safeSide: 'old',
      drainMs: 15_000,
      refusesDoubt: false,
    });
  });
});

/** Every header of ours that is set somewhere in a configuration: as Envoy writes it, or as Traefik does. */
function headersIn(node: unknown): Readonly<Record<string, string>> {
  if (typeof node !== 'object' || node === null) return {};
  const { key, value } = node as { readonly key?: unknown; readonly value?: unknown };
  if (typeof key === 'string') return { [key]: String(value) };
  const found = Object.entries(node).map(([name, inner]) =>
    /^x-crossfade-/i.test(name) ? { [name.toLowerCase()]: String(inner) } : headersIn(inner),
  );
  return Object.assign({}, ...found) as Record<string, string>;
}
