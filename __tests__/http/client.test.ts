import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { AnswerTo, HttpClientOptions, HttpRequest } from '../../src/http/client.ts';
import { NetworkError } from '../../src/http/failure.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { ServiceError, StoppedError, UnknownOutcomeError } from '../../src/model/errors.ts';
import { JumpingClock } from '../support/clock.ts';
import {
  answering,
  BREAK,
  errorOf,
  get,
  Refused,
  type Reply,
  remove,
  SWALLOW,
  serve,
  whole,
} from './serve.ts';

const A_DAY = { 'retry-after': '86400' };

/** A server that keeps silent is waited for all the same. */
const PATIENT = { limits: { silence: Number.POSITIVE_INFINITY } };

/** The system's clock, and how long its timers were set for that are not taken back or over. */
function watchedClock() {
  const timers: number[] = [];
  const after = (ms: number, call: () => void) => {
    timers.push(ms);
    const forget = () => void timers.splice(timers.indexOf(ms), 1);
    const cancel = SYSTEM_CLOCK.after(ms, () => {
      forget();
      call();
    });
    return () => {
      forget();
      cancel();
    };
  };
  return { clock: { ...SYSTEM_CLOCK, after }, timers };
}

describe('a request', () => {
  test.each([408, 500, 502, 503, 504, 520])('is sent again after a %i until it heals', async (status) => {
    const here = await serve(answering([status, status, 200]));
    expect(await here.get()).toMatchObject({ attempts: 3, mayHaveActedBefore: true });
  });

  test.each([400, 401, 403, 404, 405, 409])('is refused by a %i at once', async (status) => {
    const here = await serve(answering(status));
    expect(await errorOf(here.get())).toMatchObject({ answer: { status, attempts: 1 } });
    expect(here.count()).toBe(1);
  });

  test('is refused by what the server said last, after five attempts', async () => {
    const here = await serve(answering(503));
    expect(await errorOf(here.get())).toMatchObject({ answer: { status: 503, attempts: 5 } });
    expect(here.count()).toBe(5);
  });

  test.each([
    { what: 'answered', status: 503, reading: () => ({ value: 'taken' }), sent: 1 },
    { what: 'refused for good', status: 503, reading: { again: false }, sent: 1 },
    { what: 'sent again, and at last refused,', status: 200, reading: { again: true }, sent: 5 },
  ])('is $what where its reader says so, whatever the status', async ({ status, reading, sent }) => {
    const { client, origin, count } = await serve(answering(status));
    const read = (answer: AnswerTo) =>
      typeof reading === 'function' ? reading() : { refusal: new Refused(answer), ...reading };
    const result = client.send<unknown>({ ...get(origin), read });
    if (typeof reading === 'function') expect(await result).toBe('taken');
    else expect(await errorOf(result)).toBeInstanceOf(Refused);
    expect(count()).toBe(sent);
  });

  test('is sent again after as long as its reader says', async () => {
    const clock = new JumpingClock();
    const { client, origin } = await serve(answering(403), { clock, retries: { attempts: 2 } });
    const read = (answer: AnswerTo) => ({ refusal: new Refused(answer), again: 7_000_000 });
    const began = clock.elapsed();
    await errorOf(client.send({ ...get(origin), read }));
    expect(clock.elapsed() - began).toBeGreaterThanOrEqual(7_000_000);
  });

  test('is no more sent again once so much time was lost to failures', async () => {
    const here = await serve(answering(503, { 'retry-after': '40' }), { retries: { lost: 90_000 } });
    await errorOf(here.get());
    expect(here.count()).toBe(3);
    await errorOf(here.get());
    expect(here.count()).toBe(4);
  });

  test('is sent again where the connection broke, or the answer was cut off', async () => {
    const here = await serve((request, response, count) => {
      if (count === 1) return void request.socket.destroy();
      if (count > 2) return void response.end('whole');
      response.writeHead(200, { 'content-length': '100' });
      response.write('ha', () => request.socket.destroy());
    });
    expect(await here.get()).toMatchObject({ text: 'whole', mayHaveActedBefore: true });
  });

  test('has a body of JSON, and the headers as they are when it leaves, after what was to be done before', async () => {
    let seen = '';
    let token = 'old';
    const { client, origin } = await serve(async (request, response, count) => {
      for await (const chunk of request) seen += chunk;
      response.writeHead(count === 1 ? 401 : 200);
      response.end(`${request.headers['content-type']} ${request.headers.authorization}`);
    });
    const again = async () => {
      token = 'new';
    };
    const sent = { ...get(origin), method: 'POST', json: { a: 'ß' } } as const;
    const answer = await client.send({
      ...sent,
      headers: () => ({ authorization: token }),
      read: (answer) => (answer.status === 401 ? { refusal: new Refused(answer), again } : { value: answer }),
    });
    expect(answer).toMatchObject({ text: 'application/json new' });
    expect(seen).toBe('{"a":"ß"}{"a":"ß"}');
  });

  test('that is to be the next follows an answer, before all that wait', async () => {
    const seen: (string | undefined)[] = [];
    const reply: Reply = (request, response) => {
      seen.push(request.url);
      response.end();
    };
    const here = await serve(reply, { concurrency: 1 });
    const lookAndChange = async (name: string) => {
      await here.get(`/look/${name}`);
      await here.client.send({ ...get(here.origin, `/change/${name}`), method: 'PUT', next: true });
    };
    await Promise.all(['a', 'b', 'c'].map(lookAndChange));
    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`/look/${name}`, `/change/${name}`]));
  });

  test('never leaves for another origin', async () => {
    const elsewhere = await serve(answering(200));
    const { client, origin } = await serve(answering(200));
    await expect(client.send(get(elsewhere.origin))).rejects.toThrow(
      `${origin.host} leads to ${elsewhere.origin.origin}, another origin, where credentials are never sent. Set \`registry\``,
    );
    expect(elsewhere.count()).toBe(0);
  });

  test('whose answer is larger than it may be is refused; what a change did is then unknown', async () => {
    const large: Reply = (_, response) => void response.end('x'.repeat(1024 * 1024 + 1));
    const here = await serve(large, { limits: { readSize: 1 } });
    await expect(here.get()).rejects.toThrow('more than 1 MiB');
    expect(await errorOf(here.remove())).toBeInstanceOf(UnknownOutcomeError);
    const harmless = here.client.send({ ...remove(here.origin), changes: false });
    expect(await errorOf(harmless)).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('that fails ends in a ServiceError that says what broke', async () => {
    const error = await errorOf((await serve(BREAK)).get());
    expect(error).toBeInstanceOf(ServiceError);
    expect(String(error)).toMatch(/^NetworkError: The connection to .* broke \(UND_ERR_SOCKET\)/);
  });
});

describe('a rate limit', () => {
  test('kept the server from acting', async () => {
    const here = await serve(answering([429, 200]));
    expect(await here.get()).toMatchObject({ attempts: 2, mayHaveActedBefore: false });
  });

  test('that always refuses one request while it takes others ends that one', async () => {
    const here = await serve((request, response) => {
      response.writeHead(request.url === '/x' ? 429 : 200).end();
    });
    let error: unknown;
    const sent = errorOf(here.get()).then((refused) => {
      error = refused;
    });
    while (!error) await here.get('/other');
    await sent;
    expect(error).toMatchObject({ answer: { status: 429 } });
  });

  test('that takes nothing at all for a while is waited for', async () => {
    const here = await serve(answering([...Array(6).fill(429), 204]), { concurrency: 1 });
    expect(await here.get()).toMatchObject({ status: 204, attempts: 7 });
  });

  test('that takes nothing for 50 s is asked nothing more that changes something', async () => {
    const here = await serve(answering(429, { 'retry-after': '7' }));
    const errors = await Promise.all([1, 2, 3, 4].map(() => errorOf(here.remove())));
    expect(errors.some((error) => error instanceof Refused && error.answer.status === 429)).toBe(true);
    const before = here.count();
    const error = await errorOf(here.remove());
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/has not taken any request to change something for 5\d s .* \(429\)/);
    expect(here.count()).toBe(before);
    await errorOf(here.get());
    expect(here.count()).toBe(before + 1);
  });
});

describe('requests in flight', () => {
  /** Time stands still, so that no answer is slower than another. */
  const STILL = { ...SYSTEM_CLOCK, elapsed: () => 0 };

  /** Sends so many, and says how many were in flight each time that one left. */
  async function sendMany(
    requests: number,
    reply: Reply,
    options: Partial<HttpClientOptions>,
    read: HttpRequest<unknown>['read'] = whole,
  ): Promise<readonly number[]> {
    const seen: number[] = [];
    let inFlight = 0;
    const leaves = () => {
      inFlight += 1;
      seen.push(inFlight);
    };
    const onRequest = () => {
      inFlight -= 1;
    };
    subscribe('undici:request:create', leaves);
    const still = { clock: STILL, concurrency: undefined, ...options, onRequest };
    const { client, origin } = await serve(reply, still);
    const lanes = options.concurrency ? ['api', 'manifests', 'tags'] : ['api'];
    await Promise.allSettled(
      Array.from({ length: requests }, (_, index) =>
        client.send({ ...get(origin), lane: lanes[index % lanes.length] ?? '', read }),
      ),
    );
    unsubscribe('undici:request:create', leaves);
    return seen;
  }

  test('without a given number grow with answers that come no slower, up to 100', async () => {
    const most = Math.max(...(await sendMany(600, answering(200), {})));
    expect(most).toBeGreaterThan(20);
    expect(most).toBeLessThanOrEqual(100);
  });

  test('without a given number do not grow while the server fails', async () => {
    expect(Math.max(...(await sendMany(15, answering(502), { retries: { wait: 0 } })))).toBe(10);
  });

  test('without a given number grow where a failure is what the request deserves', async () => {
    const seen = await sendMany(200, answering(503), {}, () => ({ value: 'stands' }));
    expect(Math.max(...seen)).toBeGreaterThan(10);
  });

  test('without a given number become fewer where answers do not come in time', async () => {
    const seen = await sendMany(10, SWALLOW, { clock: new JumpingClock(), ...PATIENT });
    expect(seen[9]).toBe(10);
    expect(Math.max(...seen.slice(20))).toBeLessThanOrEqual(5);
  });

  test('of a given number are used from the start, and kept, whatever their lane', async () => {
    expect(Math.max(...(await sendMany(30, answering(200), { concurrency: 30 })))).toBe(30);
    expect(Math.max(...(await sendMany(40, answering(200), { concurrency: 3 })))).toBe(3);
  });
});

describe('a redirect', () => {
  const redirect = (location: string): Reply => answering(307, { location });

  test('within the origin is followed by what reads, and not by what changes something', async () => {
    const here = await serve((request, response) => {
      if (request.url === '/x') response.writeHead(308, { location: '/y' }).end();
      else response.end(request.url);
    });
    expect(await here.get()).toMatchObject({ status: 200, text: '/y' });
    await expect(here.remove()).rejects.toThrow(
      /redirects a DELETE to \/y \(308\)\. This is not followed: changes and credentials are sent to no other address/,
    );
  });

  test('to another origin is never followed', async () => {
    const elsewhere = await serve(answering(200));
    const here = await serve(redirect(elsewhere.origin.href));
    const there = `${elsewhere.origin.origin} (307)`;
    await expect(here.get()).rejects.toThrow(`redirects to ${there}, where credentials are never sent`);
    await expect(here.remove()).rejects.toThrow(`redirects a DELETE to ${there}. This is not followed`);
    expect(elsewhere.count()).toBe(0);
  });

  test('that leads on and on is no answer', async () => {
    const here = await serve(redirect('/x'));
    await expect(here.get()).rejects.toThrow(/redirects again and again, last to \/x \(307\)/);
    expect(here.count()).toBe(4);
  });

  test.each(['', 'http://['])('to %p leads nowhere', async (location) => {
    await expect((await serve(redirect(location))).remove()).rejects.toThrow(/redirects a DELETE to/);
  });
});

describe('the time for an answer', () => {
  test('ends a request to a server that answers nothing, and says how long was waited', async () => {
    const here = await serve(SWALLOW, PATIENT);
    const error = await errorOf(here.get());
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/no complete answer within 60 s \(ETIMEDOUT\).* This was tried 5 times\./);
    expect(here.count()).toBe(5);
  });

  test.each<[string, (clock: JumpingClock) => Reply]>([
    [
      'is for the whole answer, which may come byte by byte',
      (clock) => (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => {
          response.write('x');
          clock.advance(10_000);
        }, 1);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'counts redirects in',
      (clock) => (_, response) =>
        void clock.after(25_000, () => response.writeHead(307, { location: '/y' }).end()),
    ],
  ])('%s', async (_, replyBy) => {
    const clock = new JumpingClock();
    const here = await serve(replyBy(clock), { clock, retries: { attempts: 1 } });
    await expect(here.get()).rejects.toThrow('no complete answer within');
    expect(here.count()).toBeLessThan(4);
  });

  test('leaves no timer and no listener behind', async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    const { clock, timers } = watchedClock();
    await (await serve(answering(200), { clock, stop: stop.signal, kill: kill.signal })).get();
    expect(timers).toEqual([]);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect(getEventListeners(kill.signal, 'abort')).toEqual([]);
  });
});

describe('what a request that got no clear answer did', () => {
  test.each([
    { server: 'answers nothing', reply: SWALLOW },
    { server: 'breaks the connection', reply: BREAK },
    { server: 'fails', reply: answering(502) },
  ])('is unknown where something was to be changed and the server $server', async ({ reply }) => {
    const here = await serve(reply, PATIENT);
    const error = await errorOf(here.remove());
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(String(error)).toMatch(/Whether the request was carried out is unknown\.$/);
    expect(await errorOf(here.get())).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('is known where the connection was refused: nothing was sent', async () => {
    const here = await serve(SWALLOW);
    await new Promise((resolve) => here.server.close(resolve));
    const error = await errorOf(here.remove());
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/refused the connection \(ECONNREFUSED\)\. Check the host and the port/);
  });

  test('is unknown whatever is answered then, and known where what is answered first is a refusal', async () => {
    for (const [status, location] of [[403], [501], [302, '/y']] as const) {
      const refuse = answering(status, location && { location });
      const later = await serve((...sent) => (sent[2] === 1 ? BREAK : refuse)(...sent));
      expect(await errorOf(later.remove())).toBeInstanceOf(UnknownOutcomeError);
      const first = await errorOf((await serve(refuse)).remove());
      if (status !== 501) expect(first).not.toBeInstanceOf(UnknownOutcomeError);
    }
  });

  test('is known where every answer was that nobody may do it', async () => {
    const { client, origin } = await serve(answering([401, 404]));
    const read = (answer: AnswerTo) =>
      answer.status === 401
        ? { refusal: new Refused(answer), again: 0 }
        : { value: answer.mayHaveActedBefore };
    expect(await client.send({ ...remove(origin), read })).toBe(false);
  });
});

describe('a server that answers nothing any more', () => {
  test('is sent no more deletions, and those that were sent are unknown', async () => {
    const here = await serve(SWALLOW);
    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(here.remove())));
    expect(here.count()).toBeLessThanOrEqual(8);
    const refused = errors.filter((error) => !(error instanceof UnknownOutcomeError));
    expect(refused.length).toBeGreaterThanOrEqual(12);
    for (const error of refused) {
      expect(error).toBeInstanceOf(NetworkError);
      expect(String(error)).toMatch(
        /has not answered any request to change something for \d+ s, so this one/,
      );
    }
  });

  test('is still asked what there is, once, and what it then answers stands', async () => {
    const here = await serve((request, response) => {
      if (request.method === 'GET' && request.url === '/x') response.end('list');
    });
    await Promise.all(Array.from({ length: 4 }, () => errorOf(here.remove())));
    expect(await here.get()).toMatchObject({ status: 200, text: 'list' });
    const before = here.count();
    await errorOf(here.get('/swallowed'));
    expect(here.count()).toBe(before + 1);
  });

  test('is not given up while it answers others', async () => {
    let swallowed = 0;
    const clock = new JumpingClock();
    const reply: Reply = (request, response) => {
      if (request.url === '/other') response.end();
      else swallowed += 1;
    };
    const here = await serve(reply, { clock });
    let isOver = false;
    const ended = Promise.all([1, 2].map(() => errorOf(here.get()))).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await here.get('/other');
      clock.advance(5000);
    }
    for (const error of await ended) expect(String(error)).toContain('tried 5 times');
    expect(swallowed).toBe(10);
  });
});

describe('a stopped run', () => {
  test('waits no longer for what only reads', async () => {
    const stop = new AbortController();
    const here = await serve(SWALLOW, { clock: SYSTEM_CLOCK, stop: stop.signal });
    const reading = errorOf(here.get());
    await here.came(1);
    stop.abort();
    expect(await reading).toBeInstanceOf(StoppedError);
  });

  test('sends nothing more, and lets the changes in flight end', async () => {
    const stop = new AbortController();
    const held: (() => void)[] = [];
    const reply: Reply = (_, response) => {
      stop.abort();
      held.push(() => response.end('done'));
    };
    const here = await serve(reply, { concurrency: 1, stop: stop.signal });
    const first = here.remove();
    expect(await errorOf(here.remove())).toBeInstanceOf(StoppedError);
    for (const answer of held) answer();
    expect(await first).toMatchObject({ text: 'done' });
    expect(here.count()).toBe(1);
  });

  test('sends what must be sent even then', async () => {
    const { client, origin } = await serve(answering(200), { stop: AbortSignal.abort() });
    expect(await client.send({ ...get(origin), evenWhenStopped: true })).toMatchObject({ status: 200 });
  });

  test.each<[string, Reply, 'stop' | 'kill', new (...args: never[]) => Error]>([
    ['a 503 for a day was not carried out', answering(503, A_DAY), 'stop', StoppedError],
    ['a 429 for a day was not carried out', answering(429, A_DAY), 'stop', StoppedError],
    ['a 503 was not carried out', answering(503), 'stop', StoppedError],
    ['a 503 was not carried out, nor where the run is killed', answering(503), 'kill', StoppedError],
    ['a gateway failed may have been', answering(502), 'stop', UnknownOutcomeError],
    ['the connection broke may have been', BREAK, 'stop', UnknownOutcomeError],
  ])('does not wait to send a deletion again; one where %s', async (_, reply, by, kind) => {
    const here = await stoppedAfterFirst(reply, by);
    const error = errorOf(here.remove());
    await here.stopped;
    expect(await error).toBeInstanceOf(kind);
  });

  test('ends what another request makes wait, and leaves no timer behind', async () => {
    const stop = new AbortController();
    const { clock, timers } = watchedClock();
    const { client, origin } = await serve(answering(429, A_DAY), { clock, limits: { answer: 9000 } });
    const first = errorOf(client.send({ ...remove(origin), stop: stop.signal }));
    while (!timers.some((ms) => ms > 9000)) await setImmediate();
    const second = errorOf(client.send({ ...remove(origin), stop: stop.signal }));
    stop.abort();
    expect(await first).toBeInstanceOf(StoppedError);
    expect(await second).toBeInstanceOf(StoppedError);
    expect(timers).toEqual([]);
  });

  /** A server whose first answer makes the run stop while the client waits for its next attempt. */
  async function stoppedAfterFirst(reply: Reply, by: 'stop' | 'kill') {
    const stop = new AbortController();
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    let hasAnswered = false;
    // Of all timers, only the one that limits the answer is set before it comes.
    const after = (ms: number, call: () => void) => {
      if (!hasAnswered) return SYSTEM_CLOCK.after(ms, call);
      queueMicrotask(() => {
        stop.abort();
        resolve();
      });
      return SYSTEM_CLOCK.after(1e9, call);
    };
    const first: Reply = (...request) => {
      hasAnswered = true;
      reply(...request);
    };
    const served = await serve(first, { clock: { ...SYSTEM_CLOCK, after }, [by]: stop.signal });
    return { ...served, stopped };
  }
});

describe('a cancelled run', () => {
  test.each([
    { what: 'waits for an answer', head: false },
    { what: 'reads one', head: true },
  ])('ends a request that $what: a deletion is unknown, reading is just over', async ({ head }) => {
    const kill = new AbortController();
    const reply: Reply = (_, response) => {
      if (head) response.writeHead(200, { 'content-length': '100' }).write('x');
    };
    const here = await serve(reply, { concurrency: 2, clock: SYSTEM_CLOCK, kill: kill.signal });
    const inFlight = [here.remove(), here.get()].map(errorOf);
    await here.came(2);
    const waiting = errorOf(here.remove());
    kill.abort();
    const [deletion, reading] = await Promise.all(inFlight);
    expect(deletion).toBeInstanceOf(UnknownOutcomeError);
    expect(String(deletion)).toMatch(/The run was stopped before .* gave a clear answer\./);
    expect(reading).toBeInstanceOf(StoppedError);
    expect(await waiting).toBeInstanceOf(StoppedError);
    expect(here.count()).toBe(2);
  });
});
