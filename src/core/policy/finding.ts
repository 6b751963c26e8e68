/** Something that a check has to say about a policy; `path` leads to it from the policy's root. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** A warning is printed and stops nothing. */
  readonly severity: 'fault' | 'warning';
}

export function fault(path: Finding['path'], message: string): Finding {
  return { path, message, severity: 'fault' };
}

export function warning(path: Finding['path'], message: string): Finding {
  return { path, message, severity: 'warning' };
}
