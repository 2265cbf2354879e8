import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readChangelog } from '../../scripts/changelog.ts';
import { headingsOf } from '../support/markdown.ts';
import { problemsOf } from '../support/workflow-language.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

describe.each(['', 'restore/'])('the action in "%s"', (folder) => {
  const text = read(`${folder}action.yml`);
  const action = parse(text);
  const types = parse(read(`${folder}action-types.yml`));

  test('has nothing that the workflow language service finds wrong', () => {
    expect(problemsOf([{ uri: `file:///${folder}action.yml`, text }])).toEqual([]);
  });

  test('has a type for every input and output, and for nothing else', () => {
    expect(Object.keys(types.inputs)).toEqual(Object.keys(action.inputs));
    expect(Object.keys(types.outputs)).toEqual(Object.keys(action.outputs));
  });

  test('has a default of the type that it declares', () => {
    const wrong = Object.entries<{ default?: string }>(action.inputs).filter(
      ([name, { default: value }]) =>
        value !== undefined &&
        ((types.inputs[name].type === 'integer' && !/^\d+$/.test(value)) ||
          (types.inputs[name].type === 'boolean') !== /^(true|false)$/.test(value)),
    );
    expect(wrong).toEqual([]);
  });
});

test('the issue forms ask for something, and give every question a label', () => {
  const forms = readdirSync(new URL('.github/ISSUE_TEMPLATE/', root)).filter((name) => name !== 'config.yml');
  expect(forms).toHaveLength(3);
  for (const form of forms) {
    const { name, description, body } = parse(read(`.github/ISSUE_TEMPLATE/${form}`));
    const questions = body.filter(({ type }: { type: string }) => type !== 'markdown');
    expect({ form, name, description }).toEqual({
      form,
      name: expect.any(String),
      description: expect.any(String),
    });
    expect(
      questions.filter((question: { attributes: { label?: string } }) => !question.attributes.label),
    ).toEqual([]);
    expect(questions.some((question: { validations?: object }) => question.validations)).toBe(true);
  }
});

test('the changelog is in its form, and its newest version is that of package.json', () => {
  const { version } = JSON.parse(read('package.json'));
  const newest = readChangelog(read('CHANGELOG.md')).find((section) => section.date !== undefined);
  // Before the first release there is none.
  expect(newest?.version ?? '0.0.0').toBe(version);
  expect(newest?.notes).not.toBe('');
});

test('no link in the documentation leads to a file or a heading that is not there', () => {
  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/(?:\]\(|src(?:set)?=")([^)"\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, target))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, target: string): boolean {
  const [path, heading] = target.split('#');
  const file = path ? new URL(path, new URL(page, root)) : new URL(page, root);
  try {
    const text = readFileSync(file, 'utf8');
    return heading === undefined || headingsOf(text).some(({ anchor }) => anchor === heading);
  } catch {
    return false;
  }
}
