import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { AnswerTo, HttpClientOptions, HttpRequest } from '../../src/http/client.ts';
import { NetworkError } from '../../src/http/failure.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { ServiceError, StoppedError, UnknownOutcomeError } from '../../src/model/errors.ts';
import { JumpingClock } from '../support/clock.ts';
import { errorOf, get, Refused, type Reply, remove, serve, whole } from './serve.ts';

const A_DAY = { 'retry-after': '86400' };

/** Answers nothing. */
const SWALLOW: Reply = () => undefined;

const answering =
  (status: number, headers = {}): Reply =>
  (_, response) =>
    void response.writeHead(status, headers).end();

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
    const { client, origin } = await serve((_, response, count) => {
      response.writeHead(count < 3 ? status : 200).end('healed');
    });
    expect(await client.send(get(origin))).toMatchObject({
      text: 'healed',
      attempts: 3,
      mayHaveActedBefore: true,
    });
  });

  test.each([400, 401, 403, 404, 405, 409])('is refused by a %i at once', async (status) => {
    const { client, origin, count } = await serve(answering(status));
    expect(await errorOf(client.send(get(origin)))).toMatchObject({ answer: { status, attempts: 1 } });
    expect(count()).toBe(1);
  });

  test('is refused by what the server said last, after five attempts', async () => {
    const { client, origin, count } = await serve(answering(503));
    expect(await errorOf(client.send(get(origin)))).toMatchObject({ answer: { status: 503, attempts: 5 } });
    expect(count()).toBe(5);
  });

  test.each([
    { what: 'answered', status: 503, reading: () => ({ value: 'taken' }), sent: 1 },
    { what: 'refused for good', status: 503, reading: { again: false }, sent: 1 },
    { what: 'sent again, and at last refused,', status: 200, reading: { again: true }, sent: 5 },
  ])('is $what where its reader says so, whatever the status', async ({ status, reading, sent }) => {
    const { client, origin, count } = await serve(answering(status));
    const read = (answer: AnswerTo) =>
      typeof reading === 'function' ? reading() : { refusal: new Refused(answer), ...reading };
    const result = client.send<unknown>({ ...remove(origin), read });
    if (typeof reading === 'function') expect(await result).toBe('taken');
    else expect(await errorOf(result)).toBeInstanceOf(Refused);
    expect(count()).toBe(sent);
  });

  test('is sent again after as long as its reader says', async () => {
    const times: number[] = [];
    const clock = new JumpingClock();
    const { client, origin } = await serve(
      (_, response) => {
        times.push(clock.elapsed());
        response.writeHead(403).end();
      },
      { clock, retries: { attempts: 2 } },
    );
    const read = (answer: AnswerTo) => ({ refusal: new Refused(answer), again: 7_000_000 });
    await errorOf(client.send({ ...get(origin), read }));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(7_000_000);
  });

  test('is no more sent again once so much time was lost to failures', async () => {
    const { client, origin, count } = await serve(answering(503, { 'retry-after': '40' }), {
      retries: { lost: 90_000 },
    });
    await errorOf(client.send(get(origin)));
    expect(count()).toBe(3);
    await errorOf(client.send(get(origin)));
    expect(count()).toBe(4);
  });

  test('is sent again where the connection broke, or the answer was cut off', async () => {
    const { client, origin } = await serve((request, response, count) => {
      if (count === 1) return void request.socket.destroy();
      if (count > 2) return void response.end('whole');
      response.writeHead(200, { 'content-length': '100' });
      response.write('ha', () => request.socket.destroy());
    });
    expect(await client.send(get(origin))).toMatchObject({ text: 'whole', mayHaveActedBefore: true });
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
    const { client, origin } = await serve(
      (request, response) => {
        seen.push(request.url);
        response.end();
      },
      { concurrency: 1 },
    );
    const lookAndChange = async (name: string) => {
      await client.send(get(origin, `/look/${name}`));
      await client.send({ ...get(origin, `/change/${name}`), method: 'PUT', next: true });
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
    const { client, origin } = await serve((_, response) => void response.end('x'.repeat(1024 * 1024 + 1)), {
      limits: { readSize: 1 },
    });
    await expect(client.send(get(origin))).rejects.toThrow('more than 1 MiB');
    expect(await errorOf(client.send(remove(origin)))).toBeInstanceOf(UnknownOutcomeError);
    expect(await errorOf(client.send({ ...remove(origin), changes: false }))).not.toBeInstanceOf(
      UnknownOutcomeError,
    );
  });
});

describe('a rate limit', () => {
  test('kept the server from acting', async () => {
    const { client, origin } = await serve((_, response, count) => {
      response.writeHead(count === 1 ? 429 : 200).end();
    });
    expect(await client.send(get(origin))).toMatchObject({ attempts: 2, mayHaveActedBefore: false });
  });

  test('that always refuses one request while it takes others ends that one', async () => {
    const { client, origin } = await serve((request, response) => {
      response.writeHead(request.url === '/x' ? 429 : 200).end();
    });
    let error: unknown;
    const sent = errorOf(client.send(get(origin))).then((refused) => {
      error = refused;
    });
    while (!error) await client.send(get(origin, '/other'));
    await sent;
    expect(error).toMatchObject({ answer: { status: 429 } });
  });

  test('that takes nothing at all for a while is waited for', async () => {
    const { client, origin } = await serve(
      (_, response, count) => {
        response.writeHead(count <= 6 ? 429 : 204).end();
      },
      { concurrency: 1 },
    );
    expect(await client.send(get(origin))).toMatchObject({ status: 204, attempts: 7 });
  });

  test('that takes nothing for 50 s is asked nothing more that changes something', async () => {
    const { client, origin, count } = await serve(answering(429, { 'retry-after': '7' }));
    const errors = await Promise.all([1, 2, 3, 4].map(() => errorOf(client.send(remove(origin)))));
    expect(errors.some((error) => error instanceof Refused && error.answer.status === 429)).toBe(true);
    const before = count();
    const error = await errorOf(client.send(remove(origin)));
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/has not taken any request to change something for 5\d s .* \(429\)/);
    expect(count()).toBe(before);
    await errorOf(client.send(get(origin)));
    expect(count()).toBe(before + 1);
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
    subscribe('undici:request:create', leaves);
    const { client, origin } = await serve(reply, {
      clock: STILL,
      concurrency: undefined,
      ...options,
      onRequest: () => {
        inFlight -= 1;
      },
    });
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
    const limits = { silence: Number.POSITIVE_INFINITY };
    const seen = await sendMany(10, SWALLOW, { clock: new JumpingClock(), limits });
    expect(seen[9]).toBe(10);
    expect(Math.max(...seen.slice(20))).toBeLessThanOrEqual(5);
  });

  test('of a given number are used from the start, and kept, whatever their lane', async () => {
    expect(Math.max(...(await sendMany(30, answering(200), { concurrency: 30 })))).toBe(30);
    expect(Math.max(...(await sendMany(40, answering(200), { concurrency: 3 })))).toBe(3);
  });
});

describe('a redirect', () => {
  const redirect = (location: string, status = 307): Reply => answering(status, { location });

  test('within the origin is followed by what reads, and not by what changes something', async () => {
    const { client, origin } = await serve((request, response) => {
      if (request.url === '/x') response.writeHead(308, { location: '/y' }).end();
      else response.end(request.url);
    });
    expect(await client.send(get(origin))).toMatchObject({ status: 200, text: '/y' });
    await expect(client.send(remove(origin))).rejects.toThrow(
      /redirects a DELETE to \/y \(308\)\. This is not followed: changes and credentials are sent to no other address/,
    );
  });

  test('to another origin is never followed', async () => {
    const elsewhere = await serve(answering(200));
    const { client, origin } = await serve(redirect(elsewhere.origin.href));
    await expect(client.send(get(origin))).rejects.toThrow(
      `redirects to ${elsewhere.origin.origin} (307), where credentials are never sent`,
    );
    await expect(client.send(remove(origin))).rejects.toThrow(
      `redirects a DELETE to ${elsewhere.origin.origin} (307). This is not followed`,
    );
    expect(elsewhere.count()).toBe(0);
  });

  test('that leads on and on is no answer', async () => {
    const { client, origin, count } = await serve(redirect('/x'));
    await expect(client.send(get(origin))).rejects.toThrow(/redirects again and again, last to \/x \(307\)/);
    expect(count()).toBe(4);
  });

  test.each(['', 'http://['])('to %p leads nowhere', async (location) => {
    const { client, origin } = await serve(redirect(location));
    await expect(client.send(remove(origin))).rejects.toThrow(/redirects a DELETE to/);
  });
});

describe('the time for an answer', () => {
  test('ends a request to a server that answers nothing, and says how long was waited', async () => {
    const { client, origin, count } = await serve(SWALLOW, { limits: { silence: Number.POSITIVE_INFINITY } });
    const error = await errorOf(client.send(get(origin)));
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/no complete answer within 60 s \(ETIMEDOUT\).* This was tried 5 times\./);
    expect(count()).toBe(5);
  });

  test('is for the whole answer, which may come byte by byte', async () => {
    const clock = new JumpingClock();
    const { client, origin } = await serve(
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => {
          response.write('x');
          clock.advance(10_000);
        }, 1);
        response.on('close', () => clearInterval(timer));
      },
      { clock, retries: { attempts: 1 } },
    );
    await expect(client.send(get(origin))).rejects.toThrow('no complete answer within');
  });

  test('counts redirects in', async () => {
    const clock = new JumpingClock();
    const { client, origin, count } = await serve(
      (_, response) => {
        clock.after(25_000, () => response.writeHead(307, { location: '/y' }).end());
      },
      { clock, retries: { attempts: 1 } },
    );
    await expect(client.send(get(origin))).rejects.toThrow('no complete answer within');
    expect(count()).toBeLessThan(4);
  });

  test('leaves no timer and no listener behind', async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    const { clock, timers } = watchedClock();
    const { client, origin } = await serve(answering(200), { clock, stop: stop.signal, kill: kill.signal });
    await client.send(get(origin));
    expect(timers).toEqual([]);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect(getEventListeners(kill.signal, 'abort')).toEqual([]);
  });
});

describe('what a request that got no clear answer did', () => {
  test.each([
    { server: 'answers nothing', reply: SWALLOW },
    { server: 'breaks the connection', reply: ((request) => void request.socket.destroy()) as Reply },
    { server: 'fails', reply: answering(502) },
  ])('is unknown where something was to be changed and the server $server', async ({ reply }) => {
    const { client, origin } = await serve(reply, { limits: { silence: Number.POSITIVE_INFINITY } });
    const error = await errorOf(client.send(remove(origin)));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(String(error)).toMatch(/Whether the request was carried out is unknown\.$/);
    expect(await errorOf(client.send(get(origin)))).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('is known where the connection was refused: nothing was sent', async () => {
    const { client, origin, server } = await serve(SWALLOW);
    await new Promise((resolve) => server.close(resolve));
    const error = await errorOf(client.send(remove(origin)));
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/refused the connection \(ECONNREFUSED\)\. Check the host and the port/);
  });

  test('is known where every answer was that nobody may do it', async () => {
    const { client, origin } = await serve((_, response, count) => {
      response.writeHead(count === 1 ? 401 : 404).end();
    });
    const read = (answer: AnswerTo) =>
      answer.status === 401
        ? { refusal: new Refused(answer), again: 0 }
        : { value: answer.mayHaveActedBefore };
    expect(await client.send({ ...remove(origin), read })).toBe(false);
  });
});

describe('a server that answers nothing any more', () => {
  test('is sent no more deletions, and those that were sent are unknown', async () => {
    const { client, origin, count } = await serve(SWALLOW);
    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(client.send(remove(origin)))));
    expect(count()).toBeLessThanOrEqual(8);
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
    const { client, origin, count } = await serve((request, response) => {
      if (request.method === 'GET' && request.url === '/x') response.end('list');
    });
    await Promise.all(Array.from({ length: 4 }, () => errorOf(client.send(remove(origin)))));
    expect(await client.send(get(origin))).toMatchObject({ status: 200, text: 'list' });
    const before = count();
    await errorOf(client.send(get(origin, '/swallowed')));
    expect(count()).toBe(before + 1);
  });

  test('is not given up while it answers others', async () => {
    let swallowed = 0;
    const clock = new JumpingClock();
    const { client, origin } = await serve(
      (request, response) => {
        if (request.url === '/other') response.end();
        else swallowed += 1;
      },
      { clock },
    );
    let isOver = false;
    const ended = Promise.all([1, 2].map(() => errorOf(client.send(get(origin))))).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await client.send(get(origin, '/other'));
      clock.advance(5000);
    }
    for (const error of await ended) expect(String(error)).toContain('tried 5 times');
    expect(swallowed).toBe(10);
  });
});

describe('a stopped run', () => {
  test('waits no longer for what only reads', async () => {
    const stop = new AbortController();
    const { client, origin, came } = await serve(SWALLOW, { clock: SYSTEM_CLOCK, stop: stop.signal });
    const reading = errorOf(client.send(get(origin)));
    await came(1);
    stop.abort();
    expect(await reading).toBeInstanceOf(StoppedError);
  });

  test('sends nothing more, and lets the changes in flight end', async () => {
    const stop = new AbortController();
    const held: (() => void)[] = [];
    const { client, origin, count } = await serve(
      (_, response) => {
        stop.abort();
        held.push(() => response.end('done'));
      },
      { concurrency: 1, stop: stop.signal },
    );
    const first = client.send(remove(origin));
    expect(await errorOf(client.send(remove(origin)))).toBeInstanceOf(StoppedError);
    for (const answer of held) answer();
    expect(await first).toMatchObject({ text: 'done' });
    expect(count()).toBe(1);
  });

  test('sends what must be sent even then', async () => {
    const { client, origin } = await serve(answering(200), { stop: AbortSignal.abort() });
    expect(await client.send({ ...get(origin), evenWhenStopped: true })).toMatchObject({ status: 200 });
  });

  test.each([
    { status: 503, headers: A_DAY },
    { status: 429, headers: A_DAY },
    { status: 503, headers: {} },
    { status: 503, headers: {}, by: 'kill' },
  ] as const)(
    'does not wait to send again what a $status refused, which was not carried out',
    async (refusal) => {
      const { status, headers, by } = { by: 'stop' as const, ...refusal };
      const { client, origin, stopped } = await stoppedAfterFirst(answering(status, headers), by);
      const error = errorOf(client.send(remove(origin)));
      await stopped;
      expect(await error).toBeInstanceOf(StoppedError);
    },
  );

  test.each([
    { what: 'a gateway failed', reply: answering(502) },
    { what: 'the connection broke', reply: ((request) => void request.socket.destroy()) as Reply },
  ])('does not know what became of a deletion where $what', async ({ reply }) => {
    const { client, origin, stopped } = await stoppedAfterFirst(reply);
    const error = errorOf(client.send(remove(origin)));
    await stopped;
    expect(await error).toBeInstanceOf(UnknownOutcomeError);
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
  async function stoppedAfterFirst(reply: Reply, by: 'stop' | 'kill' = 'stop') {
    const stop = new AbortController();
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const clock = {
      ...SYSTEM_CLOCK,
      // Of all timers, only the one that limits the answer is set before it comes.
      after: (ms: number, call: () => void) => {
        if (hasAnswered) {
          queueMicrotask(() => {
            stop.abort();
            resolve();
          });
        }
        return SYSTEM_CLOCK.after(hasAnswered ? 1e9 : ms, call);
      },
    };
    let hasAnswered = false;
    const served = await serve(
      (request, response, count) => {
        hasAnswered = true;
        reply(request, response, count);
      },
      { clock, [by]: stop.signal },
    );
    return { ...served, stopped };
  }
});

describe('a cancelled run', () => {
  test.each([
    { what: 'waits for an answer', head: false },
    { what: 'reads one', head: true },
  ])('ends a request that $what: a deletion is unknown, reading is just over', async ({ head }) => {
    const kill = new AbortController();
    const { client, origin, count, came } = await serve(
      (_, response) => {
        if (head) response.writeHead(200, { 'content-length': '100' }).write('x');
      },
      { concurrency: 2, clock: SYSTEM_CLOCK, kill: kill.signal },
    );
    const inFlight = [remove(origin), get(origin)].map((request) => errorOf(client.send(request)));
    await came(2);
    const waiting = errorOf(client.send(remove(origin)));
    kill.abort();
    const [deletion, reading] = await Promise.all(inFlight);
    expect(deletion).toBeInstanceOf(UnknownOutcomeError);
    expect(String(deletion)).toMatch(/The run was stopped before .* gave a clear answer\./);
    expect(reading).toBeInstanceOf(StoppedError);
    expect(await waiting).toBeInstanceOf(StoppedError);
    expect(count()).toBe(2);
  });
});

test('a failure is a ServiceError that says what broke', async () => {
  const { client, origin } = await serve((request) => void request.socket.destroy());
  const error = await errorOf(client.send(get(origin)));
  expect(error).toBeInstanceOf(ServiceError);
  expect(String(error)).toMatch(/^NetworkError: The connection to .* broke \(UND_ERR_SOCKET\)/);
});
