/** What the users service is told by its environment, as a service in production would be. */
export interface Settings {
  readonly databaseUrl: string;
  readonly crossfadeUrl: string;
  readonly crossfadeToken: string;
}

export function settings(): Settings {
  return {
    databaseUrl: variable('DATABASE_URL'),
    crossfadeUrl: variable('CROSSFADE_URL'),
    crossfadeToken: variable('CROSSFADE_TOKEN'),
  };
}

function variable(name: string): string {
  // oxlint-disable-next-line node/no-process-env -- the one place where this service reads it
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
