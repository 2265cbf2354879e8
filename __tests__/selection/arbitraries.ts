import fc from 'fast-check';
import type { Rules } from '../../src/selection/rules.ts';
import type { ScenarioInputs } from '../scenarios/scenario.ts';
import { OWN, readRules } from './read-scenario.ts';

const oneOf = (words: string) => fc.constantFrom(...words.split(' '));

/** Patterns that need no condition beside them. */
const wanted = fc.oneof(
  { weight: 6, arbitrary: oneOf('pr-{pr}* pr-{pr} *-{pr} preview-{branch} preview-{branch}* {branch}') },
  {
    weight: 9,
    arbitrary: oneOf('* pr-* v?.* sha256-* *.sig *.{src,x} latest {nightly,cache} preview-[a-f]*'),
  },
  { weight: 2, arbitrary: oneOf('sha-{commit} sha-*') },
);
/** Patterns that count each group by itself. */
const grouped = oneOf('{group}-? pr-{group} {group}* /^(?<group>[a-z]+)-/ /(?:v(?<group>\\d)|-)./');

export const exclusion = oneOf('latest v* *-arm64 preview-* *.sig /^(?!pr-)/ pr-1 nothing');

/** The input `exclude-tags`. */
export const exclusions = fc.array(exclusion, { maxLength: 2 }).map((all) => all.join('\n'));

/** Lines without conditions, whose order does not matter. */
export const patternLines = fc.array(wanted, { minLength: 1, maxLength: 4 });

/** The inputs of one condition, or what stands behind a pattern, by the name of its input. */
type Condition = Readonly<Record<string, string>>;

const days = (input: string): fc.Arbitrary<Condition> =>
  fc.integer({ min: 1, max: 60 }).map((count) => ({ [input]: `${count}d` }));

const newest = (min: number, max: number): fc.Arbitrary<Condition> =>
  fc.integer({ min, max }).map((count) => ({ 'keep-n-most-recent': String(count) }));

export const lineCondition = fc.oneof(days('older-than'), newest(0, 5), days('not-pulled-for'));

export const condition = fc.oneof(
  { weight: 3, arbitrary: lineCondition },
  { weight: 1, arbitrary: days('expire-in') },
);

/** A line of `tags` in parts, so that conditions can be added. */
export interface Line {
  readonly pattern: string;
  readonly conditions: Condition;
}

const someConditions = fc
  .array(lineCondition, { maxLength: 2 })
  .map((all): Condition => Object.assign({}, ...all));

const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ pattern: wanted, conditions: fc.constant({}) }) },
  { weight: 2, arbitrary: fc.record({ pattern: wanted, conditions: someConditions }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(grouped, someConditions, newest(1, 3))
      .map(([pattern, others, count]) => ({ pattern, conditions: { ...others, ...count } })),
  },
);

/** Lines as {@link writeLines} writes them, each pattern once. */
export const lines = fc.uniqueArray(line, { selector: ({ pattern }) => pattern, minLength: 1, maxLength: 4 });

/** The text of the input `tags`. */
export function writeLines(lines: readonly Line[]): string {
  const words = ({ pattern, conditions }: Line) => [
    pattern,
    ...Object.entries(conditions).map(([name, value]) => `${name}=${value}`),
  ];
  return lines.map((line) => words(line).join(' ')).join('\n');
}

export const event: fc.Arbitrary<Rules['event']> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ pullRequest: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ branch: fc.constantFrom('feature/x', 'gone', null) }) },
  )
  .map((event) => ({ repository: OWN, ...event }));

/** Rules as a workflow writes them. */
export const inputs: fc.Arbitrary<ScenarioInputs> = fc
  .tuple(
    fc.record({
      tags: lines.map(writeLines),
      'exclude-tags': exclusions,
      'clean-orphaned-signatures': oneOf('true false'),
      'by-image': oneOf('true false false false'),
    }),
    fc.option(condition, { nil: {} }),
    fc.option(condition, { nil: {} }),
  )
  .map(([written, ...conditions]) => Object.assign(written, ...conditions));

export const rules: fc.Arbitrary<Rules> = fc
  .tuple(inputs, event, fc.constantFrom('given', 'given', 'own-labels', 'from-labels'))
  .map(([written, event, source]) => ({ ...readRules({ ...written, source }), event }));
