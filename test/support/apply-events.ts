import type { FeatureState } from '../../src/core/flags/feature.ts';
import type { SpecifiedEvent, SpecifiedState } from './client-specification.ts';

/** What a client holds after an event. */
function applyEvent(state: FeatureState, event: SpecifiedEvent): FeatureState {
  switch (event.type) {
    case 'hydration':
      return { features: event.features, segments: event.segments };
    case 'feature-updated':
      return { ...state, features: replaced(state.features, event.feature, ({ name }) => name) };
    case 'feature-removed':
      return {
        ...state,
        features: state.features.filter(({ name }) => name !== event.featureName),
      };
    case 'segment-updated':
      return { ...state, segments: replaced(state.segments, event.segment, ({ id }) => id) };
  }
}

/** The flags that a specification starts from, whichever way it writes them. */
export function stateOf({
  features = [],
  segments = [],
  events = [],
}: SpecifiedState): FeatureState {
  return events.reduce(applyEvent, { features, segments });
}

function replaced<T>(items: readonly T[], item: T, key: (item: T) => unknown): readonly T[] {
  return [...items.filter((other) => key(other) !== key(item)), item];
}
