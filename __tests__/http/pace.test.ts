import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Pace, RoundTrip } from '../../src/http/pace.ts';
import { type BusyServer, boundOf, sendAll } from './virtual-server.ts';

const REST_OVER_HTTP2 = { rate: 50, burst: 100 };
const REST_OVER_HTTP1 = { rate: 5, burst: 25 };
const MANIFESTS_OVER_HTTP2 = { rate: 500, burst: 50 };

const FOLLOWS = 'follows the round trip';

describe('the pace behind the limits of quay.io', () => {
  test.each([
    { name: '600 over REST and HTTP/2', requests: 600, limit: REST_OVER_HTTP2, within: 1.15 },
    { name: '50 over REST and HTTP/1.1', requests: 50, limit: REST_OVER_HTTP1, within: 1.3 },
    { name: '1,000 in the fast lane', requests: 1000, limit: MANIFESTS_OVER_HTTP2, within: 1.2 },
  ])('sends $name nearly as fast as the limit allows, from near and far', ({ requests, limit, within }) => {
    for (const roundTripMs of [1, 20, 50, 100, 270]) {
      for (const concurrency of [16, FOLLOWS] as const) {
        const server = { ...limit, roundTripMs };
        const { took, lost, refused } = sendAll(requests, concurrency, server);
        const bound = boundOf(requests, concurrency === FOLLOWS ? 100 : concurrency, server);
        // Nothing is known of a far server until its first answers come.
        expect(took).toBeLessThanOrEqual(bound * within + (roundTripMs > 100 ? 6 * roundTripMs : 0));
        expect(lost).toBe(0);
        if (requests === 600 && concurrency === 16) expect(refused).toBeLessThan(requests / 20);
      }
    }
  });

  test('brings every request through behind any limit', () => {
    const servers = fc.record({
      rate: fc.integer({ min: 1, max: 1000 }),
      burst: fc.integer({ min: 1, max: 200 }),
      roundTripMs: fc.integer({ min: 2, max: 300 }),
    });
    const concurrencies = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(FOLLOWS));
    fc.assert(
      fc.property(servers, concurrencies, (server, concurrency) => {
        const { took, lost } = sendAll(200, concurrency, server);
        expect(lost).toBe(0);
        const bound = boundOf(200, typeof concurrency === 'number' ? concurrency : 100, server);
        expect(took).toBeLessThanOrEqual(bound * 3 + 40 * server.roundTripMs + 2000);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    { name: 'half', server: { ...REST_OVER_HTTP2, others: 25 }, left: 25 },
    { name: 'nine tenths', server: { ...REST_OVER_HTTP2, others: 45 }, left: 5 },
    { name: 'four fifths of a slow limit', server: { ...REST_OVER_HTTP1, others: 4 }, left: 1 },
  ])('makes do with what others leave of the limit, who take $name', ({ server, left }) => {
    for (const concurrency of [4, 16, 100]) {
      const { took, lost } = sendAll(300, concurrency, { ...server, roundTripMs: 20 });
      expect(lost).toBe(0);
      expect(took).toBeLessThanOrEqual(boundOf(300, concurrency, { rate: left, burst: 0, roundTripMs: 20 }));
    }
  });

  test('soon notices that the limit was lifted, or drawn tighter', () => {
    const lifted = { ...REST_OVER_HTTP1, roundTripMs: 20, change: { at: 20_000, rate: 500 } };
    const afterwards = sendAll(1000, 16, lifted);
    expect(afterwards.lost).toBe(0);
    expect(afterwards.took).toBeLessThan(40_000);
    const tightened = { ...REST_OVER_HTTP2, roundTripMs: 20, change: { at: 5000, rate: 5 } };
    const slowed = sendAll(600, 16, tightened);
    expect(slowed.lost).toBe(0);
    expect(slowed.took).toBeLessThan(70_000);
  });
});

test('the pace waits as long as the server asks', () => {
  const pace = new Pace();
  pace.take(0);
  pace.refuse({ now: 10, sentAt: 0, retryAfter: 7000 });
  expect(pace.next(20)).toBe(7010);
});

/** The most requests in flight after the first ones. */
function mostInFlight(server: BusyServer, requests = 400, skipped = 60): number {
  return Math.max(...sendAll(requests, FOLLOWS, server).inFlight.slice(skipped));
}

describe('a number in flight that follows the round trip', () => {
  test.each([
    { cpus: 1, workMs: 250 },
    { cpus: 2, workMs: 250 },
    { cpus: 4, workMs: 250 },
    { cpus: 2, workMs: 1000 },
  ])('settles near twice what keeps $cpus processors with $workMs ms a request busy', ({ cpus, workMs }) => {
    for (const roundTripMs of [5, 50]) {
      const server = { cpus, workMs, roundTripMs };
      const busy = (cpus * (workMs + roundTripMs)) / workMs;
      expect(mostInFlight(server)).toBeLessThanOrEqual(Math.ceil(2 * busy) + 1);
      const least = (400 / cpus) * workMs;
      expect(sendAll(400, FOLLOWS, server).took).toBeLessThanOrEqual(least * 1.02);
    }
  });

  test('uses a large server without limits', () => {
    const { took } = sendAll(1000, FOLLOWS, { cpus: 1000, workMs: 5, roundTripMs: 50 });
    expect(took).toBeLessThan(2 * (1000 / 100) * 55);
  });

  test('withdraws from a server that fails when its queue is full', () => {
    const server = { cpus: 2, workMs: 20, roundTripMs: 5, longestQueue: 8 };
    const { refused, lost } = sendAll(1000, FOLLOWS, server);
    expect(lost).toBe(0);
    expect(refused).toBeLessThan(20);
  });

  test('is not held down for ever where others made the server slower', () => {
    const slower = (now: number) => (now < 500 ? 20 : 100);
    const { inFlight } = sendAll(3000, FOLLOWS, { cpus: 1000, workMs: slower, roundTripMs: 20 });
    expect(inFlight.at(-200)).toBeGreaterThan(50);
  });

  test('is not held down by answers that take now more, now less', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const { inFlight } = sendAll(2000, FOLLOWS, {
      cpus: 1000,
      workMs: () => 20 + 40 * random(),
      roundTripMs: 30,
    });
    expect(inFlight.at(-200)).toBeGreaterThan(50);
  });
});

describe('the number in flight', () => {
  /** So many answers, to requests that were sent at once and each took so long. */
  const answer = (roundTrip: RoundTrip, count: number, sentAt: number, took: number, inFlight = count) => {
    for (let index = 0; index < count; index += 1)
      roundTrip.answered({ sentAt, now: sentAt + took, inFlight });
  };

  test('doubles while answers are as fast as ever, but only while it is used, and up to what it may', () => {
    const roundTrip = new RoundTrip(30);
    answer(roundTrip, 5, 0, 100, 1);
    expect(roundTrip.limit).toBe(10);
    answer(roundTrip, 5, 100, 100, 10);
    expect(roundTrip.limit).toBe(20);
    answer(roundTrip, 10, 200, 100, 20);
    expect(roundTrip.limit).toBe(30);
  });

  test.each(['fail', 'are slow'] as const)('halves once for all that were in flight where they %s', (why) => {
    const roundTrip = new RoundTrip(10);
    answer(roundTrip, 5, 0, 90);
    const halve = (sentAt: number) => {
      if (why === 'fail') roundTrip.troubled({ sentAt, now: sentAt + 390 });
      else answer(roundTrip, Math.max(4, roundTrip.limit / 2), sentAt, 390);
    };
    for (const sentAt of [90, 91, 92]) halve(sentAt);
    expect(roundTrip.limit).toBe(5);
    halve(500);
    expect(roundTrip.limit).toBe(2);
    for (let sentAt = 1000; sentAt < 9000; sentAt += 1000) roundTrip.troubled({ sentAt, now: sentAt + 1 });
    expect(roundTrip.limit).toBe(1);
  });
});
