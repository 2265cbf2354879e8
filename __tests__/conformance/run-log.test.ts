import { expect, test } from '@jest/globals';
import { readRun } from '../../scripts/conformance/run-log.ts';

const finished = {
  exitCode: 0,
  signal: null,
  outputs: {},
  summary: '',
  report: undefined,
  everything: '',
  list: () => [],
};

test('what a run sent is read from its debug lines, and its log is what a person reads', () => {
  const log = [
    '::add-mask::a-secret',
    '::group::Delete tags',
    '::debug::DELETE /v2/acme/web/manifests/pr-1 → 202 in 12 ms, attempt 1',
    '::debug::GET /api/v1/repository/acme/web/tag/ → 429 in 3 ms, attempt 2',
    '::debug::There is no job summary: GITHUB_STEP_SUMMARY is not set.',
    '::endgroup::',
  ].join('\n');
  const run = readRun({ ...finished, log });
  expect(run.requests).toEqual([
    { method: 'DELETE', path: '/v2/acme/web/manifests/pr-1', status: '202' },
    { method: 'GET', path: '/api/v1/repository/acme/web/tag/', status: '429' },
  ]);
  expect(run.log).toBe('::group::Delete tags\n::endgroup::');
});
