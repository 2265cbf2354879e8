import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';

const digest = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;

interface Row {
  readonly name: string;
  readonly manifest_digest: string;
}

/** A whole list on one page, which no Quay answers, as JSON. */
function pageOf(rows: readonly Row[]): string {
  const common = { start_ts: 1_700_000_000, is_manifest_list: false, size: 1 };
  return JSON.stringify({
    tags: rows.map((row) => ({ ...common, ...row })),
    page: 1,
    has_additional: false,
  });
}

async function dryRunOn(rows: readonly Row[], inputs: Readonly<Record<string, string>>) {
  const quay = await quayWithTags([]);
  quay.fault({ path: /\/tag\//, fault: { kind: 'status', status: 200, body: pageOf(rows) } });
  return cleanUp(quay, { 'dry-run': 'true', ...inputs });
}

describe('more than anybody has', () => {
  test('130,000 tags on one page are listed and judged', async () => {
    const rows = Array.from({ length: 130_000 }, (_, index) => ({
      name: `pr-${index}`,
      manifest_digest: digest(index),
    }));
    const run = await dryRunOn(rows, { tags: 'pr-*' });
    expect(run.log).not.toContain('call stack');
    expect(run.exitCode).toBe(0);
    expect(run.outputs['selected-count']).toBe('130000');
  });

  test('8,000 signatures, each on the one before, are judged without running out of memory', async () => {
    const chain = Array.from({ length: 8000 }, (_, index) => ({
      name: index === 0 ? 'latest' : `sha256-${digest(index - 1).slice(7)}.sig`,
      manifest_digest: digest(index),
    }));
    const inputs = { tags: 'pr-*', 'clean-orphaned-signatures': 'true' };
    const living = await dryRunOn(chain, inputs);
    expect(living.exitCode).toBe(0);
    expect(living.outputs['selected-count']).toBe('0');
    const dead = await dryRunOn(chain.slice(1), inputs);
    expect(dead.exitCode).toBe(0);
    expect(Number(dead.outputs['selected-count'])).toBeGreaterThan(0);
  });

  test('130,000 names that no tag can have are kept, and told in a few lines', async () => {
    const rows = Array.from({ length: 130_000 }, (_, index) => ({
      name: `../${index}`,
      manifest_digest: digest(index),
    }));
    const run = await dryRunOn([{ name: 'pr-1', manifest_digest: digest(1) }, ...rows], { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('selected')).toEqual(['acme/web:pr-1']);
    expect(run.log).toContain('acme/web lists a tag named "../0", which is not a valid name.');
    expect(run.log).toContain('acme/web lists 129,995 more tags with an invalid name. They are kept.');
  });

  test('130,000 orphaned signatures are judged', async () => {
    const rows = Array.from({ length: 130_000 }, (_, index) => ({
      name: `sha256-${digest(index).slice(7)}.sig`,
      manifest_digest: digest(200_000 + index),
    }));
    const run = await dryRunOn(rows, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
    expect(run.log).not.toContain('call stack');
    expect(run.exitCode).toBe(0);
    expect(run.outputs['selected-count']).toBe('130000');
  });

  test('130,000 orphaned signatures beside an image that nobody knows are kept', async () => {
    const rows = [
      { name: 'latest', manifest_digest: 'none' },
      ...Array.from({ length: 130_000 }, (_, index) => ({
        name: `sha256-${digest(index).slice(7)}.sig`,
        manifest_digest: digest(200_000 + index),
      })),
    ];
    const run = await dryRunOn(rows, { tags: 'pr-*', 'clean-orphaned-signatures': 'true' });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['selected-count']).toBe('0');
  });
});
