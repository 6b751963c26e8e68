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

/** The policy of the kill tests with a guard of every kind: evidence, the target, a Prometheus. It stays at 50 %. */
export async function watchedPolicy(): Promise<string> {
  const text = await readFile('test/fixtures/kill-policy.yaml', 'utf8');
  // It is stopped at 50 %: it does not go on before somebody has.
  const patient = text.replace('to: 50%, bake: 1s', 'to: 50%, bake: 1h');
  return patient.replace('  guards:', guards) + provider;
}
