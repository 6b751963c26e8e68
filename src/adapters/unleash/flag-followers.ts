import type { FlagFollower } from '../../engine/ports/flag-provider.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';

/** Clients report what they asked for this often unless told otherwise. */
const metricsMs = 60_000;

/** Unleash notes this often who reported, under the time of its note: a report may be so much older. */
const notedMs = 20_000;

/** Each is a request; a flag of one migration that more applications ask for is somebody playing. */
const mostApplications = 200;

const longestText = 200;

interface UsageBody {
  readonly seenApplications?: readonly string[];
}

interface InstancesBody {
  readonly instances?: readonly {
    readonly instanceId?: string | null;
    readonly sdkVersion?: string | null;
    readonly lastSeen: string;
  }[];
}

/**
 * The processes of every application that has asked for the flag within a day. Unleash counts answers by
 * application, and knows of a process only when it last reported: each of them is taken for one that asks.
 */
export async function flagFollowers(
  api: UnleashAdminApi,
  flag: string,
  environment: string,
): Promise<readonly FlagFollower[]> {
  const usage = await api.get(`client-metrics/features/${encodeURIComponent(flag)}`);
  const { seenApplications = [] } = (usage.body ?? {}) as UsageBody;
  const followers: FlagFollower[] = [];
  for (const app of seenApplications.slice(0, mostApplications)) {
    const place = `${encodeURIComponent(app)}/environment/${encodeURIComponent(environment)}`;
    const { body } = await api.get(`metrics/instances/${place}`);
    const { instances = [] } = (body ?? {}) as InstancesBody;
    for (const { instanceId, sdkVersion, lastSeen } of instances) {
      const seenAt = Date.parse(lastSeen);
      followers.push({
        app: app.slice(0, longestText),
        instance: (instanceId ?? 'default').slice(0, longestText),
        environment,
        sdk: sdkVersion?.slice(0, longestText) ?? null,
        seenAt,
        askedAt: seenAt - notedMs,
        heardMs: metricsMs + 2 * notedMs,
      });
    }
  }
  return followers;
}
