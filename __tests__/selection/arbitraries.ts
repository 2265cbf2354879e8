import fc from 'fast-check';
import type { Rules } from '../../src/selection/rules.ts';
import { OWN, readRules } from './read-scenario.ts';

const number = fc.integer({ min: 1, max: 6 });

/** Patterns that need no condition beside them. */
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
  '*.sig',
  '*.{src,x}',
  'latest',
  '{nightly,cache}',
  'preview-[a-f]*',
  'sha-{commit}',
  'sha-*',
);
/** Patterns that count each group by itself. */
const grouped = fc.constantFrom(
  '{group}-?',
  'pr-{group}',
  '{group}*',
  '/^(?<group>[a-z]+)-/',
  '/(?:v(?<group>\\d)|-)./',
);

export const exclusion = fc.constantFrom(
  'latest',
  'v*',
  '*-arm64',
  'preview-*',
  '*.sig',
  '/^(?!pr-)/',
  'pr-1',
  'nothing',
);

/** Lines without conditions, whose order does not matter. */
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

/** What stands behind a pattern, by the name of its input. */
export const lineCondition: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  conditions.olderThan,
  conditions.keepNewest,
  conditions.notPulledFor,
);

/** A line of `tags` in parts, so that conditions can be added. */
export interface Line {
  readonly pattern: string;
  readonly conditions: Readonly<Record<string, string>>;
}

const someConditions = fc
  .array(lineCondition, { maxLength: 2 })
  .map((all): Line['conditions'] => Object.assign({}, ...all));

const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 3, arbitrary: wanted.map((pattern) => ({ pattern, conditions: {} })) },
  { weight: 2, arbitrary: fc.record({ pattern: wanted, conditions: someConditions }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(grouped, someConditions, fc.integer({ min: 1, max: 3 }))
      .map(([pattern, others, count]) => ({
        pattern,
        conditions: { ...others, 'keep-n-most-recent': String(count) },
      })),
  },
);

/** Lines as {@link writeLines} writes them, each pattern once. */
export const lines = fc.uniqueArray(line, {
  selector: ({ pattern }) => pattern,
  minLength: 1,
  maxLength: 4,
});

/** The text of the input `tags`. */
export function writeLines(lines: readonly Line[]): string {
  return lines
    .map(({ pattern, conditions }) =>
      [pattern, ...Object.entries(conditions).map(([name, value]) => `${name}=${value}`)].join(' '),
    )
    .join('\n');
}

export const event: fc.Arbitrary<Rules['event']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ repository: OWN }) },
  { weight: 1, arbitrary: number.map((pullRequest) => ({ repository: OWN, pullRequest })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('feature/x', 'gone', null).map((branch) => ({ repository: OWN, branch })),
  },
);

/** Rules as a workflow writes them. */
export const inputs: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    lines.map(writeLines),
    fc.array(exclusion, { maxLength: 2 }),
    fc.option(condition),
    fc.option(condition),
    fc.boolean(),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([tags, exclusions, one, other, clean, byImage]) => ({
    tags,
    'exclude-tags': exclusions.join('\n'),
    'clean-orphaned-signatures': String(clean),
    'by-image': String(byImage === 0),
    ...one,
    ...other,
  }));

export const rules: fc.Arbitrary<Rules> = fc
  .tuple(
    inputs,
    event,
    fc.constantFrom<Rules['source']['kind'] & ('given' | 'own-labels' | 'from-labels')>(
      'given',
      'given',
      'own-labels',
      'from-labels',
    ),
  )
  .map(([written, scope, source]) => ({ ...readRules({ ...written, source }), event: scope }));
