import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import { parseTagName } from '../../src/model/tag.ts';
import { readFacts, readRules, readTag } from './read-scenario.ts';
import { forAny } from './runs.ts';
import { decideInRounds, namesOf } from './stages.ts';

/** How tools write a branch into a tag; {@link PREFIXES} end where the branch begins. */
const TOOLS: Readonly<Record<string, (text: string) => string>> = {
  'docker/metadata-action': (text) => text.replace(/[^a-zA-Z0-9._-]+/g, '-'),
  'a hyphen for each character': (text) => text.replace(/[^a-zA-Z0-9._-]/g, '-'),
  'lower case': (text) => text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-'),
  'letters and digits only': (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
  'without accents': (text) =>
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(/[^a-zA-Z0-9._-]+/g, '-'),
};

/** Texts before a branch: with a character that no tag has, and without. */
const PREFIXES = ['preview-', 'preview', 'preview/', 'preview-/', 'preview:', 'p/ä', 'p--', 'p_', 'p.'];

const branch = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'abX1_-./#ä–'), minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'aX1-/ä'), minLength: 60, maxLength: 250 }),
);

function deletedBy(
  pattern: string,
  names: readonly string[],
  branches: readonly string[],
): readonly string[] {
  const tags = names.filter((name) => parseTagName(name) !== undefined).map((name) => readTag({ name }));
  const rules = readRules({ tags: pattern });
  return namesOf(decideInRounds({ tags }, rules, readFacts({ branches })).judged, 'delete');
}

describe('the tag of a living branch', () => {
  for (const [tool, write] of Object.entries(TOOLS))
    forAny(
      fc.array(branch, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...PREFIXES),
      fc.constantFrom('%{branch}', '%{branch}*', '/^%(?<branch>.+)$/', '/^%(?<branch>\\w+)/'),
      fc.boolean(),
    )(`stays whatever the branch is called: ${tool}`, (branches, prefix, form, isWrittenApart) => {
      const before = write(prefix);
      const names = branches.map((branch) =>
        (isWrittenApart ? before + write(branch) : write(prefix + branch)).slice(0, 128),
      );
      const pattern = form.replace('%', form.startsWith('/') ? before.replace('.', '\\.') : before);
      expect(deletedBy(pattern, [...new Set(names)], branches)).toEqual([]);
    });

  forAny(fc.uniqueArray(branch, { minLength: 1, maxLength: 5 }))('goes with its branch', (branches) => {
    const names = new Set(
      branches.map((branch) => `preview-x${branch.replace(/[^\w.-]+/g, '-')}`.slice(0, 128)),
    );
    expect(deletedBy('preview-{branch}', [...names], [])).toHaveLength(names.size);
  });
});
