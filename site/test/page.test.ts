// biome-ignore-all lint/suspicious/noTemplateCurlyInString: GitHub's expressions
// biome-ignore-all lint/performance/useDomNodeTextContent: what is shown is looked at
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { cleanUp, DAY, GITHUB_TOKEN, now, reportedTags } from '../../__tests__/support/fixture.ts';
import { startGitHub } from '../../__tests__/support/github/simulator.ts';
import { type QuaySimulator, startQuay } from '../../__tests__/support/quay/simulator.ts';
import { digestFor } from '../../__tests__/support/quay/state.ts';
import { endsWithTest } from '../../__tests__/support/resources.ts';
import { answerAsGitHub, openPage, type Site, says, startSite, verdictsOn } from './browser.ts';

/** What the workflow language service finds wrong with a workflow. */
function problemsOf(text: string): unknown {
  const validate = fileURLToPath(new URL('../../__tests__/support/validate-workflows.mjs', import.meta.url));
  const input = JSON.stringify([{ uri: 'file:///.github/workflows/x.yml', text }]);
  return JSON.parse(execFileSync(process.execPath, [validate], { input, encoding: 'utf8' }));
}

let site: Site;
const folder = mkdtempSync(join(tmpdir(), 'page-'));

beforeAll(async () => {
  site = await startSite(folder);
});

afterAll(async () => {
  await site?.stop();
  rmSync(folder, { recursive: true });
});

interface SeededTag {
  readonly name: string;
  /** Days since it was pushed. */
  readonly days?: number;
  readonly image?: string;
}

/** A registry with a public repository, `acme/web`. */
async function quayWith(tags: readonly SeededTag[]): Promise<QuaySimulator> {
  const quay = endsWithTest(await startQuay());
  quay.addRepository('acme/web', { public: true });
  quay.addTags(
    'acme/web',
    tags.map(({ name, days = 1, image = name }) => ({
      name,
      digest: digestFor(image),
      lastModified: now() - days * DAY,
    })),
  );
  return quay;
}

function linkTo(quay: QuaySimulator, inputs: Readonly<Record<string, string>> = {}): string {
  return `#${new URLSearchParams({ registry: quay.url, repository: 'acme/web', ...inputs })}`;
}

const TAGS: readonly SeededTag[] = [
  { name: 'pr-1', days: 1 },
  { name: 'pr-2', days: 40 },
  { name: 'v1.0.0', days: 90 },
  { name: 'latest', days: 2 },
];

describe('a public repository', () => {
  test('is read, and every tag is shown with its verdict and why', async () => {
    const quay = await quayWith(TAGS);
    const { page, asked, complaints } = await openPage(site);
    await page.fill('[name="registry"]', quay.url);
    await page.fill('[name="repository"]', 'acme/web');
    await page.click('#read');
    await says(page, /^Would delete 2 of 4 tags in acme\/web\./);
    expect(await verdictsOn(page)).toEqual({
      'pr-1': 'delete',
      latest: 'keep',
      'pr-2': 'delete',
      'v1.0.0': 'keep',
    });
    expect(await page.locator('[data-tag="v1.0.0"]').innerText()).toContain('no pattern matches');
    expect(await page.locator('#totals').innerText()).toMatch(/Frees up to\s+\S+ [KMG]iB/);
    expect(asked.every((url) => url.startsWith(`${quay.url}/api/v1/repository/acme/web/`))).toBe(true);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['is missing', 'acme/nothing', /shows no public repository acme\/nothing \(40[134]\)/],
    ['is not named', '', /Write one repository/],
    ['is a glob', 'acme/web-*', /Write one repository/],
    ['is no name', 'acme', /`repository`|namespace/],
  ])('that %s is told in words', async (_, repository, says) => {
    const quay = await quayWith([]);
    const { page } = await openPage(site);
    await page.fill('[name="registry"]', quay.url);
    await page.fill('[name="repository"]', repository);
    await page.click('#read');
    await page.locator('#source-error', { hasText: says }).waitFor();
  });

  test('on a registry that is not there, or none, is told in words', async () => {
    const { page } = await openPage(site);
    await page.fill('[name="repository"]', 'acme/web');
    for (const [registry, says] of [
      ['http://127.0.0.1:9', /could not be reached/],
      ['http://quay.example', /unencrypted/],
      [site.url, /shows no public repository/],
    ] as const) {
      await page.fill('[name="registry"]', registry);
      await page.click('#read');
      await page.locator('#source-error', { hasText: says }).waitFor();
    }
  });

  test('of ten thousand tags is read with a count, shown, filtered and judged anew', async () => {
    const quay = await quayWith(
      Array.from({ length: 10_000 }, (_, index) => ({ name: `pr-${index}`, days: index % 60 })),
    );
    const { page, complaints } = await openPage(site, linkTo(quay, { tags: 'pr-* older-than=30d' }));
    await says(page, /^Reading acme\/web: [\d,]+ tags so far/);
    await says(page, /^Would delete [\d,]+ of 10,000 tags/);
    await page.locator('[data-tag]').nth(9_999).waitFor();
    await page.fill('[name="search"]', 'pr-77');
    await page.locator('[data-tag="pr-0"]').waitFor({ state: 'detached' });
    expect(Object.keys(await verdictsOn(page)).every((name) => name.startsWith('pr-77'))).toBe(true);
    await page.fill('[name="search"]', '');
    await page.selectOption('[name="show"]', 'keep');
    await page.fill('[name="tags"]', 'pr-1');
    await says(page, /^Would delete 1 of 10,000 tags/);
    expect(complaints).toEqual([]);
  });

  test('is read no further when one stops', async () => {
    const quay = await quayWith(Array.from({ length: 1_000 }, (_, index) => ({ name: `pr-${index}` })));
    quay.fault({ path: /page=[2-9]/, fault: { kind: 'hang' } });
    const { page } = await openPage(site, linkTo(quay));
    await page.click('#stop');
    await page.locator('#source-error', { hasText: 'stopped' }).waitFor();
  });
});

describe('rules', () => {
  test('are read as they are typed, and refused in the words of the action beside their field', async () => {
    const quay = await quayWith(TAGS);
    const { page } = await openPage(site, linkTo(quay));
    for (const [name, text, error] of [
      ['tags', '^pr-.*$', '/^pr-.*$/'],
      ['tags', '*', 'matches every tag'],
      ['exclude-tags', 'pr-{pr}', '`exclude-tags`'],
      ['older-than', '6m', '`older-than`: "6m" is ambiguous'],
      ['keep-n-most-recent', 'x', '`keep-n-most-recent`: "x" is not a valid number. Write a whole number'],
      ['max-deletes', 'x', '`max-deletes`: "x" is not a valid limit'],
      ['github-repository', 'x', '`github-repository` is "x"'],
    ] as const) {
      const before = await page.inputValue(`[name="${name}"]`);
      await page.fill(`[name="${name}"]`, text);
      await page.locator(`#${name}-error`, { hasText: error }).waitFor();
      expect(await page.getAttribute(`[name="${name}"]`, 'aria-invalid')).toBe('true');
      await says(page, /not valid/);
      await page.fill(`[name="${name}"]`, before);
      await says(page, /^Would delete/);
    }
  });

  test('that backtrack without end are refused, and the page goes on', async () => {
    const { page } = await openPage(site, '#tags=%2F%5E(a%2B)%2B%24%2F');
    await page.check('[value="names"]');
    await page.fill('[name="names"]', `${'a'.repeat(60)}b`);
    await page.locator('#tags-error', { hasText: '"/^(a+)+$/" takes too long' }).waitFor();
    await page.fill('[name="tags"]', 'a*');
    await says(page, /^Would delete 1 of 1 tag/);
  });

  test('larger than max-deletes are refused as a run refuses them', async () => {
    const quay = await quayWith(TAGS);
    const { page } = await openPage(site, linkTo(quay, { tags: 'pr-*', 'max-deletes': '1' }));
    await says(page, /^The plan was refused\./);
    expect(await page.locator('#warnings').innerText()).toContain('max-deletes allows 1');
  });

  test('each show their share', async () => {
    const quay = await quayWith(TAGS);
    const { page } = await openPage(site, linkTo(quay, { tags: 'pr-1\npr-*' }));
    await says(page, /^Would delete 2/);
    expect(await page.locator('#rules').innerText()).toMatch(
      /pr-1 matches 1, deletes 1, .*\s+25% of the tags\s+25% of the space/,
    );
  });

  test('ask GitHub about pull requests and branches, without a token', async () => {
    const quay = await quayWith(['pr-1', 'pr-2', 'pr-3', 'b-fix', 'b-gone'].map((name) => ({ name })));
    const { page } = await openPage(site);
    const pulls = [
      { number: 1, state: 'open', head: { ref: 'x' } },
      { number: 2, state: 'closed', merged_at: '2026-01-01T00:00:00Z' },
    ];
    await answerAsGitHub(page, {
      'pulls?state=all': pulls,
      'pulls?state=open': [pulls[0]],
      branches: [{ name: 'fix' }],
    });
    await page.goto(
      `${site.url}${linkTo(quay, { tags: 'pr-{pr}\nb-{branch}', 'github-repository': 'acme/app' })}`,
    );
    await page.reload();
    await says(page, /^Would delete 2 of 5 tags/);
    expect(await verdictsOn(page)).toMatchObject({
      'pr-1': 'keep',
      'pr-2': 'delete',
      'pr-3': 'keep',
      'b-fix': 'keep',
      'b-gone': 'delete',
    });
    expect(await page.locator('[data-tag="pr-3"]').innerText()).toContain('pull request #3 was not found');
  });

  test.each([
    ['the hourly limit', { 'pulls?state=all': 403, branches: 403 }, "GitHub's hourly limit"],
    ['a private repository', {}, 'GitHub shows no public repository acme/app (404)'],
    [
      'too many branches',
      {
        branches: Array.from({ length: 501 }, (_, index) => ({ name: `b${index}` })),
        'pulls?state=open': [],
        'pulls?state=all': [],
      },
      'more than the 500',
    ],
  ])('keep what they do not know, and say so: %s', async (_, answers, says) => {
    const quay = await quayWith(['pr-1', 'b-gone'].map((name) => ({ name })));
    const { page } = await openPage(site);
    await answerAsGitHub(page, answers);
    await page.goto(
      `${site.url}${linkTo(quay, { tags: 'pr-{pr}\nb-{branch}', 'github-repository': 'acme/app' })}`,
    );
    await page.reload();
    await page.locator('#warnings', { hasText: says }).waitFor();
    expect(await verdictsOn(page)).toEqual({ 'pr-1': 'keep', 'b-gone': 'keep' });
    expect(await page.locator('[data-tag="b-gone"]').innerText()).toContain(
      'which branches exist is not known',
    );
  });

  test('that a run alone can decide say so', async () => {
    const quay = await quayWith(['sha-0a1b2c3', 'old', 'pr-1'].map((name) => ({ name, days: 50 })));
    const { page } = await openPage(
      site,
      linkTo(quay, { tags: 'sha-{commit}\nold not-pulled-for=30d\npr-{pr}' }),
    );
    await says(page, /^Nothing to delete/);
    const notes = await page.locator('#warnings').innerText();
    for (const says of ['What {commit} stands for', 'last pulled', 'Write github-repository'])
      expect(notes).toContain(says);
  });
});

describe('tags of one’s own', () => {
  test('are pasted, with their age if one likes', async () => {
    const { page, asked } = await openPage(site, '#tags=pr-*+older-than%3D2d');
    await page.check('[value="names"]');
    await page.fill('[name="names"]', 'pr-1 3d\npr-2 1 day\n\npr-3\nlatest');
    await says(page, /^Would delete 1 of 4 tags in this list/);
    expect(await verdictsOn(page)).toEqual({
      'pr-1': 'delete',
      'pr-2': 'keep',
      'pr-3': 'keep',
      latest: 'keep',
    });
    await page.fill('[name="names"]', 'a/b');
    await page.locator('#source-error', { hasText: '"a/b" is no tag' }).waitFor();
    expect(asked).toEqual([]);
  });

  test('come from a report that is dropped, or chosen, one repository at a time', async () => {
    const tag = (name: string) => ({
      name,
      digest: digestFor(name),
      lastModified: '2026-01-01T00:00:00Z',
      size: 1_048_576,
      expiration: null,
      verdict: 'keep',
      reason: '',
      outcome: null,
    });
    const report = {
      version: 1,
      registry: 'quay.example',
      dryRun: true,
      startedAt: '2026-01-02T00:00:00Z',
      finishedAt: null,
      notes: [],
      repositories: [
        { repository: 'acme/web', tags: [tag('pr-1'), tag('v1')] },
        { repository: 'acme/api', tags: [tag('pr-7')] },
      ],
    };
    const { page, asked } = await openPage(site);
    await page.evaluate((text) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], 'report.json'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, JSON.stringify(report));
    await says(page, /^Would delete 1 of 2 tags in acme\/web/);
    expect(await page.inputValue('[name="registry"]')).toBe('quay.example');
    expect(await page.locator('#totals').innerText()).toContain('1 MiB');
    await page.selectOption('[name="reported"]', 'acme/api');
    await says(page, /^Would delete 1 of 1 tag in acme\/api/);
    await page.setInputFiles('[name="report"]', {
      name: 'x',
      mimeType: 'application/json',
      buffer: Buffer.from('{}'),
    });
    await page.locator('#source-error', { hasText: 'In the report, `version` must be 1' }).waitFor();
    expect(asked).toEqual([]);
  });

  test('that are hostile are text, and never more', async () => {
    const evil = '<img src=x onerror="document.title=1">';
    const { page, complaints } = await openPage(site);
    const headers = { 'access-control-allow-origin': '*' };
    await page.route('https://quay.example/**', (route) =>
      route.fulfill({ status: 400, headers, body: evil }),
    );
    await page.fill('[name="registry"]', 'quay.example');
    await page.fill('[name="repository"]', 'acme/web');
    await page.click('#read');
    await page.locator('#source-error', { hasText: 'answered 400' }).waitFor();
    const report = {
      version: 1,
      registry: evil,
      dryRun: true,
      startedAt: '2026-01-02T00:00:00Z',
      repositories: [
        { repository: evil, tags: [] },
        {
          repository: 'acme/web',
          tags: [
            { name: evil, verdict: 'keep' },
            { name: 'pr-1', verdict: 'keep', reason: evil },
          ],
        },
      ],
    };
    await page.setInputFiles('[name="report"]', {
      name: evil,
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(report)),
    });
    await says(page, /^Would delete 1 of 1 tag/);
    await page.check('[value="names"]');
    await page.fill('[name="names"]', evil);
    await page.locator('#source-error', { hasText: 'is no tag' }).waitFor();
    await page.fill('[name="tags"]', evil);
    await page.locator('#tags-error:not(:empty)').waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Quay Tag Cleanup: try the rules');
    expect(complaints).toEqual([]);
  });
});

describe('what is to copy', () => {
  test('is a workflow that the workflow language knows, with the permissions and the credential that it needs', async () => {
    const quay = await quayWith(TAGS);
    const { page } = await openPage(
      site,
      linkTo(quay, {
        tags: '# ours\npr-{pr}*\nv2.[01]*\nsha-{commit} older-than=7d',
        'exclude-tags': 'v*',
        'by-image': 'true',
      }),
    );
    await page.locator('[data-tag]').first().waitFor();
    const text = (await page.textContent('#workflow')) ?? '';
    expect(problemsOf(text)).toEqual([]);
    const { on, permissions, jobs } = parse(text);
    expect(on).toMatchObject({ pull_request: { types: ['closed'] }, workflow_dispatch: null });
    expect(permissions).toEqual({ contents: 'read', 'pull-requests': 'read' });
    expect(jobs.cleanup.steps[0].with).toEqual({
      registry: quay.url,
      repository: 'acme/web',
      tags: 'pr-{pr}*\nv2.[01]*\nsha-{commit} older-than=7d\n',
      'exclude-tags': 'v*',
      'by-image': true,
      username: 'acme+ci',
      password: '${{ secrets.QUAY_ROBOT_TOKEN }}',
      'dry-run': true,
    });
    expect(await page.textContent('#command')).toContain(`--tags 'v2.[01]*'`);
  });

  test('takes a token where dates of a private repository are needed', async () => {
    const { page } = await openPage(site, '#tags=nightly-*+older-than%3D14d');
    await says(page, /^Read a repository/);
    expect(parse((await page.textContent('#workflow')) ?? '').jobs.cleanup.steps[0].with).toMatchObject({
      token: '${{ secrets.QUAY_TOKEN }}',
    });
    expect(parse((await page.textContent('#workflow')) ?? '').permissions).toEqual({});
  });

  test('is in the link too, which no server sees', async () => {
    const quay = await quayWith(TAGS);
    const { page, asked } = await openPage(site, linkTo(quay));
    await page.fill('[name="tags"]', 'v* keep-n-most-recent=1\npr-2');
    await page.check('[name="by-image"]');
    await page.waitForURL(/by-image/);
    const other = await openPage(site, new URL(page.url()).hash);
    await says(other.page, /^Would delete 1 of 4/);
    expect(await other.page.inputValue('[name="tags"]')).toBe('v* keep-n-most-recent=1\npr-2');
    expect(await other.page.isChecked('[name="by-image"]')).toBe(true);
    expect(asked.some((url) => url.includes('keep-n'))).toBe(false);
  });
});

test('a keyboard alone does it all, and each field has a label', async () => {
  const quay = await quayWith(TAGS);
  const { page } = await openPage(site);
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('Tab', 'Tab', 'Control+A');
  await page.keyboard.type(quay.url);
  await press('Tab');
  await page.keyboard.type('acme/web');
  await press('Enter');
  await says(page, /^Would delete 2 of 4/);
  await page.focus('[name="tags"]');
  await press('Control+A');
  await page.keyboard.type('v*');
  await says(page, /^Would delete 1 of 4/);
  for (const field of await page.locator('input, textarea, select').all())
    expect(await field.evaluate((element) => (element as HTMLInputElement).labels?.length)).toBe(1);
  expect(await page.locator('[type="password"], [name*="token"]').count()).toBe(0);
});

test('the page fits a phone, and follows the theme', async () => {
  const { page } = await openPage(site, '', { viewport: { width: 360, height: 700 }, colorScheme: 'dark' });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const back = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await back();
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await back()).not.toBe(dark);
});

const tagOf = fc.record({
  name: fc.constantFrom(
    'pr-1',
    'pr-2',
    'pr-3',
    'pr-x',
    'v1.0.0',
    'v1.1.0',
    'latest',
    'nightly-1',
    'nightly-2',
    'dev-0a1b2c3',
    'main-0a1b2c3',
    `sha256-${'a'.repeat(64)}.sig`,
  ),
  days: fc.integer({ min: 0, max: 60 }),
  image: fc.constantFrom('A', 'B', 'C', 'D'),
});
const inputsOf = fc.record(
  {
    tags: fc.constantFrom(
      'pr-*',
      'pr-{pr}*',
      '/^v\\d/',
      '*\n!v*',
      'nightly-* older-than=14d\npr-* keep-n-most-recent=1',
      '{group}-??????? keep-n-most-recent=1',
      '{latest,v*}',
    ),
    'exclude-tags': fc.constantFrom('pr-1', 'v1.*', '*.sig'),
    'older-than': fc.constantFrom('30d', '1w 3d', '2026-01-01'),
    'keep-n-most-recent': fc.constantFrom('1', '2'),
    'by-image': fc.constant('true'),
  },
  { requiredKeys: ['tags'] },
);

test('its verdicts are those of the action’s dry run, tag by tag', async () => {
  const github = endsWithTest(await startGitHub());
  github.setPullRequests('OPEN', 1);
  github.setPullRequests('MERGED', 2);
  const pulls = [
    { number: 1, state: 'open' },
    { number: 2, state: 'closed', merged_at: '2026-01-01T00:00:00Z' },
  ];
  const { page } = await openPage(site);
  await answerAsGitHub(page, { 'pulls?state=all': pulls });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(tagOf, { selector: ({ name }) => name, minLength: 1 }),
      inputsOf,
      async (tags, inputs) => {
        const quay = await startQuay();
        quay.addRepository('acme/web', { public: true });
        quay.addTags(
          'acme/web',
          tags.map(({ name, days, image }) => ({
            name,
            digest: digestFor(image),
            lastModified: now() - days * DAY - 60,
          })),
        );
        const asked = { ...inputs, 'github-repository': 'acme/app' };
        const run = await cleanUp(
          quay,
          { ...asked, 'dry-run': 'true', token: '', 'github-token': GITHUB_TOKEN },
          { environment: github.environment },
        );
        await page.goto('about:blank');
        await page.goto(`${site.url}${linkTo(quay, asked)}`);
        await says(page, /^(?!Reading|Asking|$|Read a)/);
        const isPlanned = run.exitCode === 0;
        const expected = isPlanned
          ? Object.fromEntries(reportedTags(run.report).map(({ name, verdict }) => [name, verdict]))
          : {};
        expect(await verdictsOn(page)).toEqual(expected);
        if (isPlanned)
          for (const { name, reason } of reportedTags(run.report))
            expect(await page.locator(`[data-tag="${name}"] td`).nth(2).innerText()).toContain(reason);
        await quay.stop();
      },
    ),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 30) },
  );
}, 300_000);
