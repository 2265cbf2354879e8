import { expect, test } from '@jest/globals';
import { Lane, Slots } from '../../../src/quay/http/lane.ts';
import { StoppedError } from '../../../src/quay/http/stopped-error.ts';

const READ = { first: false, isWrite: false };
const GOING_ON = new AbortController().signal;

test('no more requests are let out than there are slots, and the next one as soon as one is free', async () => {
  const lane = new Lane(new Slots(1));
  const leave = await lane.enter(GOING_ON, READ);
  let isOut = false;
  const next = lane.enter(GOING_ON, READ).then(() => {
    isOut = true;
  });
  await Promise.resolve();
  expect(isOut).toBe(false);
  if (leave !== 'closed') leave();
  await next;
  expect(isOut).toBe(true);
});

test('a request may go before those that wait', async () => {
  const lane = new Lane(new Slots(1));
  const leave = await lane.enter(GOING_ON, READ);
  const order: string[] = [];
  const enter = async (name: string, first: boolean) => {
    const turn = await lane.enter(GOING_ON, { ...READ, first });
    order.push(name);
    if (turn !== 'closed') turn();
  };
  const all = [enter('first', false), enter('second', false), enter('refused', true)];
  if (leave !== 'closed') leave();
  await Promise.all(all);
  expect(order).toEqual(['refused', 'first', 'second']);
});

test('nothing is changed any more where the server has refused everything for a minute, but reading is tried', async () => {
  const lane = new Lane(new Slots(1));
  const start = performance.now() - 70_000;
  for (let at = start; at < start + 10_000; at += 1000)
    lane.pace.refuse({ now: at, sentAt: at - 1, retryAfter: undefined });
  expect(await lane.enter(GOING_ON, { first: false, isWrite: true })).toBe('closed');
  expect(await lane.enter(GOING_ON, READ)).not.toBe('closed');
});

test('a request that waits is not let out once the run is stopped', async () => {
  const lane = new Lane(new Slots(1));
  await lane.enter(GOING_ON, READ);
  const stop = new AbortController();
  const waiting = lane.enter(stop.signal, READ);
  stop.abort();
  await expect(waiting).rejects.toThrow(StoppedError);
});
