import { describe, expect, it } from '@jest/globals';
import { refuseAddress } from './refuse-address.ts';

const allowed = (host: string, address = host, networks?: readonly string[]): boolean =>
  refuseAddress(host, address, { networks }) === null;

describe('an address of a provider', () => {
  it('may be anywhere in public and private networks', () => {
    expect(allowed('prometheus.example.com', '203.0.113.7')).toBe(true);
    expect(allowed('prometheus.monitoring', '10.96.0.7')).toBe(true);
    expect(allowed('prometheus.monitoring', 'fd12:3456::7')).toBe(true);
  });

  it('is never link-local, metadata, unspecified or a group, not even in `networks`', () => {
    for (const address of [
      '169.254.169.254',
      'fe80::1',
      'fd00:ec2::254',
      '0.0.0.0',
      '::',
      '224.0.0.1',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
    ]) {
      expect(allowed('metrics', address)).toBe(false);
      expect(allowed(address)).toBe(false);
    }
    expect(allowed('metrics', '169.254.169.254', ['169.254.0.0/16'])).toBe(false);
    expect(allowed('metrics', '::ffff:169.254.169.254')).toBe(false);
  });

  it('is this machine only where that is written', () => {
    expect(allowed('127.0.0.1')).toBe(true);
    expect(allowed('localhost', '127.0.0.1')).toBe(true);
    expect(allowed('::1')).toBe(true);
    expect(allowed('innocent.example.com', '127.0.0.1')).toBe(false);
    expect(allowed('innocent.example.com', '::1')).toBe(false);
    expect(allowed('innocent.example.com', '::ffff:127.0.0.1')).toBe(false);
  });

  it('lies in one of `networks` where they are given', () => {
    expect(allowed('metrics', '10.1.2.3', ['10.0.0.0/8', 'fd00::/8'])).toBe(true);
    expect(allowed('metrics', 'fd00::7', ['10.0.0.0/8', 'fd00::/8'])).toBe(true);
    expect(allowed('metrics', '192.0.2.1', ['10.0.0.0/8'])).toBe(false);
    expect(allowed('sidecar', '127.0.0.1', ['127.0.0.1/32'])).toBe(true);
  });

  it('may lie in no private network but those that the server opens, whatever a document says', () => {
    const open = (address: string, privateNetworks: readonly string[], networks?: string[]) =>
      refuseAddress(address, address, { privateNetworks, networks }) === null;
    for (const address of [
      '127.0.0.1',
      '::1',
      '10.1.2.3',
      '172.20.0.1',
      '192.168.1.1',
      'fd12::7',
    ]) {
      expect(open(address, [])).toBe(false);
      expect(open(address, [], ['0.0.0.0/0', '::/0'])).toBe(false);
      expect(open(address, ['0.0.0.0/0', '::/0'])).toBe(true);
    }
    expect(open('::ffff:10.1.2.3', [])).toBe(false);
    expect(open('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(open('10.2.2.3', ['10.1.0.0/16'])).toBe(false);
    expect(open('203.0.113.7', [])).toBe(true);
    expect(open('169.254.169.254', ['169.254.0.0/16'])).toBe(false);
  });
});
