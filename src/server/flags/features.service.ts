import { Injectable } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import { constraintFaults, featureFaults } from '../../core/flags/catalog/check-feature.ts';
import type { CatalogEntry } from '../../core/flags/catalog/flag-catalog.ts';
import { itemsOf } from '../../core/flags/catalog/flag-catalog.ts';
import type { FeatureView } from '../../core/protocol/flag-view.ts';
import type { ManagedFeature, ManagedSegment } from '../../core/flags/catalog/managed-feature.ts';
import { type UnleashExport, unleashExport } from '../../core/flags/catalog/unleash-export.ts';
import { type ForeignFlags, mergeImport } from '../../core/flags/catalog/merge-import.ts';
import { FeatureStore, type FeatureWrite } from '../../engine/ports/feature-store.ts';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';

/** What an import came to. Warnings name what clients will quietly evaluate to nobody. */
export interface Imported {
  readonly features: number;
  readonly segments: number;
  readonly warnings: readonly string[];
}

/** People's flags: checked as a whole before anything is written, and seen by clients at once. */
@Injectable()
export class FeaturesService {
  private readonly store: FeatureStore;
  private readonly feed: FlagFeed;

  constructor(store: FeatureStore, feed: FlagFeed) {
    this.store = store;
    this.feed = feed;
  }

  async list(project: string | undefined): Promise<readonly FeatureView[]> {
    return itemsOf(await this.feed.catalog(), 'feature')
      .filter(({ item }) => project === undefined || item.feature.project === project)
      .map((entry) => viewOf(entry, entry.item.feature))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async read(name: string): Promise<FeatureView> {
    const catalog = await this.feed.catalog();
    const entry = catalog.entries.get(`feature ${name}`);
    if (entry?.item.kind === 'feature') return viewOf(entry, entry.item.feature);
    throw new CrossfadeError('notFound', `there is no flag "${name}" that people manage`);
  }

  async put(
    feature: ManagedFeature,
    expected: number | undefined,
    by: string,
  ): Promise<FeatureView> {
    refuse(featureFaults(feature, await this.feed.catalog()));
    const condition = expected === undefined ? {} : { expected };
    await this.write([{ kind: 'putFeature', feature, ...condition }], by);
    return this.read(feature.name);
  }

  async toggle(
    name: string,
    environment: string,
    enabled: boolean,
    by: string,
  ): Promise<FeatureView> {
    const { revision, changedBy: _by, changedAt: _at, ...feature } = await this.read(name);
    const there = feature.environments[environment] ?? { strategies: [], variants: [] };
    const environments = { ...feature.environments, [environment]: { ...there, enabled } };
    const write = { ...feature, environments };
    await this.write([{ kind: 'putFeature', feature: write, expected: revision }], by);
    return this.read(name);
  }

  async remove(name: string, expected: number | undefined, by: string): Promise<void> {
    const condition = expected === undefined ? {} : { expected };
    await this.write([{ kind: 'removeFeature', name, ...condition }], by);
  }

  async segments(): Promise<readonly ManagedSegment[]> {
    return itemsOf(await this.feed.catalog(), 'segment')
      .map(({ item }) => item.segment)
      .toSorted((a, b) => a.id - b.id);
  }

  async putSegment(segment: ManagedSegment, by: string): Promise<ManagedSegment> {
    refuse(constraintFaults(segment.constraints));
    await this.write([{ kind: 'putSegment', segment }], by);
    return segment;
  }

  /** One environment in the form of Unleash's own export; null for all projects. */
  async export(environment: string, project: string | null): Promise<UnleashExport> {
    return unleashExport(await this.feed.catalog(), environment, project);
  }

  async import(foreign: ForeignFlags, by: string): Promise<Imported> {
    const catalog = await this.feed.catalog();
    const { features, segments, faults } = mergeImport(catalog, foreign);
    refuse(faults);
    const places = new Set(features.flatMap((item) => Object.keys(item.environments)));
    const projects = new Set(features.map(({ project }) => project));
    await this.write(
      [
        ...[...projects].map((name) => ({ kind: 'putProject', name }) as const),
        ...[...places].map((name) => ({ kind: 'putEnvironment', name }) as const),
        ...segments.map((segment) => ({ kind: 'putSegment', segment }) as const),
        ...features.map((feature) => ({ kind: 'putFeature', feature }) as const),
      ],
      by,
    );
    const after = await this.feed.catalog();
    const warnings = features.flatMap((feature) =>
      featureFaults(feature, after).map((fault) => `flag "${feature.name}": ${fault}`),
    );
    return { features: features.length, segments: segments.length, warnings };
  }

  /** Whoever is answered can read what they wrote, also from the memory that clients are served from. */
  async write(writes: readonly FeatureWrite[], by: string): Promise<void> {
    await this.store.write(writes, by);
    await this.feed.catalog();
  }
}

function viewOf(
  { revision, changedBy, changedAt }: CatalogEntry,
  feature: ManagedFeature,
): FeatureView {
  return { ...feature, revision, changedBy, changedAt };
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new CrossfadeError('invalidInput', faults.join('; '));
}
