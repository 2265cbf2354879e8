import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import { fillAsRecorded } from './recorded-state.ts';
import { recording } from './recording.ts';
import { type Answer, Replay } from './replay.ts';

// The exchanges depend on each other: all are replayed once, in their order, and each is compared in a test of its own.

/** What the simulator does not answer as the recorded Quay did, and why; by label. */
const DIFFERENT: Readonly<Record<string, string>> = {};

const pairs: { readonly answer: Answer; readonly expected: Answer }[] = [];
let quay: QuaySimulator;

beforeAll(async () => {
  const replay = new Replay();
  quay = await startQuay({ version: '3.18', permanentDeletion: true, now: () => replay.clock });
  fillAsRecorded(quay);
  for (const exchange of recording.exchanges) {
    const answer = await replay.send(quay, exchange);
    pairs.push({ answer, expected: replay.expected(quay, exchange) });
  }
});

afterAll(() => quay.stop());

describe('the simulated Quay answers as the recorded one', () => {
  test.each(recording.exchanges.map(({ label }, index) => [index, label] as const))(
    '%i: %s',
    (index, label) => {
      const pair = pairs[index];
      if (DIFFERENT[label] === undefined) expect(pair?.answer).toEqual(pair?.expected);
      // An exception that is not needed any more leaves the list.
      else expect(pair?.answer).not.toEqual(pair?.expected);
    },
  );

  test('with an exception only for what was recorded', () => {
    const labels = new Set(recording.exchanges.map(({ label }) => label));
    expect(Object.keys(DIFFERENT).filter((label) => !labels.has(label))).toEqual([]);
  });
});
