import { readFile } from 'node:fs/promises';

const provider = `---
apiVersion: crossfade/v1
kind: Provider
metadata: { name: itself }
spec: { prometheus: { url: { env: PROMETHEUS_URL }, networks: [127.0.0.0/8], delay: 0s } }
`;

const guards = `  guards:
    - { name: parity, threshold: { target: parity } }
    - name: readable
      threshold: { prometheus: itself, expr: 'min(crossfade_state_readable)', min: 1, interval: 1s, window: 1s }
      onFail: notify`;

/** The policy of the kill tests with a guard of every kind: evidence, the target, a Prometheus. */
export async function watchedPolicy(): Promise<string> {
  const text = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
  return text.replace('  guards:', guards) + provider;
}
