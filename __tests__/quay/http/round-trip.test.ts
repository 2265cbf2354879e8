import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RoundTrip } from '../../../src/quay/http/round-trip.ts';
import { type BusyServer, boundOf, sendAll } from '../../support/virtual-server.ts';

const FOLLOWS = 'follows the round trip';
const MANIFESTS_OVER_HTTP2 = { rate: 500, burst: 50 };
const REST_OVER_HTTP2 = { rate: 50, burst: 100 };
const REST_OVER_HTTP1 = { rate: 5, burst: 25 };

/** The most requests in flight after the first ones. */
function mostInFlight(server: BusyServer, requests = 400, skipped = 60): number {
  return Math.max(...sendAll(requests, FOLLOWS, server).inFlight.slice(skipped));
}

describe('a number in flight that follows the round trip', () => {
  test.each([20, 50, 100])('sends 1,000 as fast as the v2 limit allows, %i ms away', (roundTripMs) => {
    const server = { ...MANIFESTS_OVER_HTTP2, roundTripMs };
    const { took, lost } = sendAll(1000, FOLLOWS, server);
    expect(took).toBeLessThanOrEqual(boundOf(1000, 100, server) * 1.2);
    expect(lost).toBe(0);
  });

  test.each([
    { name: 'REST and HTTP/2', limit: REST_OVER_HTTP2 },
    { name: 'REST and HTTP/1.1', limit: REST_OVER_HTTP1 },
  ])('needs no more time than the limit of $name', ({ limit }) => {
    for (const roundTripMs of [1, 20, 50, 270]) {
      const server = { ...limit, roundTripMs };
      expect(sendAll(600, FOLLOWS, server).took).toBeLessThanOrEqual(boundOf(600, 100, server) * 1.1);
    }
  });

  test.each([
    { cpus: 1, workMs: 250 },
    { cpus: 2, workMs: 250 },
    { cpus: 4, workMs: 250 },
    { cpus: 2, workMs: 1000 },
  ])('settles at twice what $cpus processors with $workMs ms a request work on', ({ cpus, workMs }) => {
    for (const roundTripMs of [5, 50]) {
      const server = { cpus, workMs, roundTripMs };
      expect(mostInFlight(server)).toBeLessThanOrEqual(2 * cpus);
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

  test('brings every request through behind any limit', () => {
    const servers = fc.record({
      rate: fc.integer({ min: 1, max: 1000 }),
      burst: fc.integer({ min: 1, max: 200 }),
      roundTripMs: fc.integer({ min: 2, max: 300 }),
    });
    fc.assert(
      fc.property(servers, (server) => {
        const { took, lost } = sendAll(200, FOLLOWS, server);
        expect(lost).toBe(0);
        expect(took).toBeLessThanOrEqual(boundOf(200, 100, server) * 3 + 40 * server.roundTripMs + 2000);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the number in flight', () => {
  const quick = { sentAt: 0, now: 20, inFlight: 100 };

  test('grows by an answer that is as fast as ever, but only while it is used', () => {
    const roundTrip = new RoundTrip(100);
    const before = roundTrip.limit;
    roundTrip.answered({ ...quick, inFlight: 1 });
    expect(roundTrip.limit).toBe(before);
    roundTrip.answered(quick);
    expect(roundTrip.limit).toBe(before + 1);
  });

  test('never exceeds what it may', () => {
    const roundTrip = new RoundTrip(12);
    for (let answer = 0; answer < 50; answer += 1) roundTrip.answered(quick);
    expect(roundTrip.limit).toBe(12);
  });

  test.each(['limited', 'troubled'] as const)('halves once for all that were in flight when %s', (what) => {
    const roundTrip = new RoundTrip(100);
    const before = roundTrip.limit;
    for (const sentAt of [10, 11, 12]) roundTrip[what]({ sentAt, now: 30 });
    expect(roundTrip.limit).toBe(before / 2);
    roundTrip[what]({ sentAt: 31, now: 50 });
    expect(roundTrip.limit).toBe(Math.floor(before / 4));
  });

  test('grows by one in a round trip after trouble', () => {
    const roundTrip = new RoundTrip(100);
    const half = roundTrip.limit / 2;
    roundTrip.troubled({ sentAt: 0, now: 10 });
    for (let answer = 0; answer <= half; answer += 1)
      roundTrip.answered({ sentAt: 20, now: 40, inFlight: half });
    expect(roundTrip.limit).toBe(half + 1);
  });

  test('never falls below one', () => {
    const roundTrip = new RoundTrip(100);
    for (let at = 0; at < 100; at += 1) roundTrip.troubled({ sentAt: at, now: at });
    expect(roundTrip.limit).toBe(1);
  });
});
