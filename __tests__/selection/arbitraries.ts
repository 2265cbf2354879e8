import fc from 'fast-check';
import type { Rules } from '../../src/selection/rules.ts';
import { readRules } from './read-scenario.ts';

const number = fc.integer({ min: 1, max: 6 });

const wanted = fc.constantFrom(
  'pr-{pr}*',
  'pr-{pr}',
  '*-{pr}',
  'preview-{branch}',
  'preview-{branch}*',
  '{branch}',
  '*',
  'pr-*',
  'v?.*',
  'sha256-*',
  'sha256-*.sig',
  'latest',
  '{nightly,cache}',
  'preview-[a-f]*',
);
export const exclusion = fc.constantFrom('latest', 'v*', '*-arm64', 'preview-*', '*.sig', 'pr-1', 'nothing');

export const patternLines = fc.array(wanted, { minLength: 1, maxLength: 4 });

const conditions = {
  olderThan: fc.integer({ min: 1, max: 60 }).map((count) => ({ 'older-than': `${count}d` })),
  keepNewest: fc.integer({ min: 0, max: 5 }).map((count) => ({ 'keep-n-most-recent': String(count) })),
  notPulledFor: fc.integer({ min: 1, max: 60 }).map((count) => ({ 'not-pulled-for': `${count}d` })),
  expireIn: fc.integer({ min: 1, max: 60 }).map((count) => ({ 'expire-in': `${count}d` })),
};

/** The inputs of one condition that narrows a run. */
export const condition: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  ...Object.values(conditions),
);

export const event: fc.Arbitrary<Rules['event']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: number.map((pullRequest) => ({ pullRequest })) },
  { weight: 1, arbitrary: fc.constantFrom('feature/x', 'gone', null).map((branch) => ({ branch })) },
);

/** Rules as a workflow writes them. */
export const inputs: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    patternLines,
    fc.array(exclusion, { maxLength: 2 }),
    fc.option(condition),
    fc.option(condition),
    fc.boolean(),
  )
  .map(([lines, exclusions, one, other, clean]) => ({
    tags: lines.join('\n'),
    'exclude-tags': exclusions.join('\n'),
    'clean-orphaned-signatures': String(clean),
    ...one,
    ...other,
  }));

export const rules: fc.Arbitrary<Rules> = fc
  .tuple(inputs, event, fc.boolean())
  .map(([written, scope, canRestore]) => ({ ...readRules({ inputs: written, canRestore }), event: scope }));
