import { describe, expect, test } from '@jest/globals';
import { renderSummary } from '../../src/report/summary.ts';
import { SCENARIOS } from './scenarios.ts';

describe('the job summary', () => {
  test.each(Object.entries(SCENARIOS))('of %s reads well', (_, result) => {
    expect(renderSummary(result)).toMatchSnapshot();
  });
});
