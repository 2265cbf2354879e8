import { expect, test } from '@jest/globals';
import { Lane, Slots } from '../../src/http/lane.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { StoppedError } from '../../src/model/errors.ts';

const TURN = { first: false, isRefused: () => false };
const GOING_ON = new AbortController().signal;

test('no more requests are let out than there are slots, and the next one as soon as one is free', async () => {
  const lane = new Lane(new Slots(1), SYSTEM_CLOCK);
  const leave = await lane.enter(GOING_ON, TURN);
  let isOut = false;
  const next = lane.enter(GOING_ON, TURN).then(() => {
    isOut = true;
  });
  await Promise.resolve();
  expect(isOut).toBe(false);
  if (leave !== 'refused') leave();
  await next;
  expect(isOut).toBe(true);
});

test('a request may go before those that wait', async () => {
  const lane = new Lane(new Slots(1), SYSTEM_CLOCK);
  const leave = await lane.enter(GOING_ON, TURN);
  const order: string[] = [];
  const enter = async (name: string, first: boolean) => {
    const turn = await lane.enter(GOING_ON, { ...TURN, first });
    order.push(name);
    if (turn !== 'refused') turn();
  };
  const all = [enter('first', false), enter('second', false), enter('refused', true)];
  if (leave !== 'refused') leave();
  await Promise.all(all);
  expect(order).toEqual(['refused', 'first', 'second']);
});

test('requests that are refused meanwhile are turned away at once, and the others keep their turn', async () => {
  const lane = new Lane(new Slots(1), SYSTEM_CLOCK);
  let isRefused = false;
  const leave = await lane.enter(GOING_ON, TURN);
  const refused = [1, 2].map(() => lane.enter(GOING_ON, { first: false, isRefused: () => isRefused }));
  const other = lane.enter(GOING_ON, TURN);
  isRefused = true;
  if (leave !== 'refused') leave();
  expect(await Promise.all(refused)).toEqual(['refused', 'refused']);
  expect(await other).not.toBe('refused');
});

test('a request that is stopped while it waits as long as the server asked leaves no timer behind', async () => {
  const lane = new Lane(new Slots(1), SYSTEM_CLOCK);
  const now = performance.now();
  lane.refuse({ now, sentAt: now, retryAfter: 60_000 });
  const stop = new AbortController();
  const timers = timersOpen();
  const waiting = lane.enter(stop.signal, TURN);
  expect(timersOpen()).toBe(timers + 1);
  stop.abort();
  await expect(waiting).rejects.toThrow(StoppedError);
  expect(timersOpen()).toBe(timers);
});

test('a request that waits is not let out once the run is stopped', async () => {
  const lane = new Lane(new Slots(1), SYSTEM_CLOCK);
  await lane.enter(GOING_ON, TURN);
  const stop = new AbortController();
  const waiting = lane.enter(stop.signal, TURN);
  stop.abort();
  await expect(waiting).rejects.toThrow(StoppedError);
});

function timersOpen(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
