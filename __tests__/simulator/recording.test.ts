import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type QuaySimulator, startQuay } from '../support/quay/simulator.ts';
import {
  CREDENTIALS,
  type Exchange,
  fillAsRecorded,
  fillAsRecordedLater,
  LATER,
  laterRecording,
  recording,
} from './recordings.ts';
import { type Answer, Replay } from './replay.ts';

// The exchanges of a recording depend on each other: all are replayed once, in their order, and each is compared in a test
// of its own.

describe.each([
  {
    recorded: 'first',
    exchanges: recording.exchanges,
    startedAt: recording.recordedAt,
    fill: fillAsRecorded,
    before: async () => undefined,
  },
  {
    recorded: 'later',
    exchanges: laterRecording.exchanges,
    startedAt: LATER,
    fill: fillAsRecordedLater,
    before: makeImmutable,
  },
])('the simulated Quay answers as the one recorded $recorded', ({ exchanges, startedAt, fill, before }) => {
  const pairs: { readonly answer: Answer; readonly expected: Answer }[] = [];
  let quay: QuaySimulator;

  beforeAll(async () => {
    const replay = new Replay(startedAt);
    quay = await startQuay({ version: '3.18', permanentDeletion: true, now: () => replay.clock });
    fill(quay);
    for (const exchange of exchanges) {
      await before(quay, exchange);
      const answer = await replay.send(quay, exchange);
      pairs.push({ answer, expected: replay.expected(quay, exchange) });
    }
  });

  afterAll(() => quay.stop());

  test.each(exchanges.map(({ label }, index) => [index, label] as const))('%i: %s', (index) => {
    expect(pairs[index]?.answer).toEqual(pairs[index]?.expected);
  });
});

/** What was done between two exchanges of the later recording. */
async function makeImmutable(quay: QuaySimulator, { label }: Exchange): Promise<void> {
  if (label !== 'expiration: taken away from an immutable tag') return;
  await fetch(`${quay.url}/api/v1/repository/acme/never/tag/pr-2`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${CREDENTIALS['TOKEN_ADMIN']}` },
    body: JSON.stringify({ immutable: true }),
  });
}
