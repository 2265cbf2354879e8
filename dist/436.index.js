export const id = 436;
export const ids = [436];
export const modules = {

/***/ 3436:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connect: () => (/* reexport */ connect),
  openGitHub: () => (/* reexport */ client/* openGitHub */.o)
});

// EXTERNAL MODULE: ./lib/github/client.js
var client = __webpack_require__(636);
// EXTERNAL MODULE: ./lib/node_modules/@actions/core/lib/core.js + 5 modules
var core = __webpack_require__(7449);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/quay/errors.js
var errors = __webpack_require__(1193);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
;// CONCATENATED MODULE: ./lib/quay/http/exchange.js


/** A listing page of a slow Quay may take 30 s. */
const TIMEOUTS = { connect: 10_000, silence: 60_000 };
const LARGEST_ANSWER = 32 * 1024 * 1024;
const MOST_HOPS = 3;
const FOLLOWED = [301, 302, 307, 308];
/**
 * Sends messages to one registry and reads the answers: over one HTTP/2 connection where the server speaks it, and through
 * the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
 */
class Exchange {
    #options;
    #dispatcher;
    constructor(options) {
        this.#options = options;
        const { connect, silence } = options.timeouts ?? TIMEOUTS;
        this.#dispatcher = new undici.EnvHttpProxyAgent({
            connect: { timeout: connect },
            headersTimeout: silence,
            bodyTimeout: silence,
            allowH2: true,
            connections: options.concurrency,
        });
    }
    /**
     * The answer, after redirects within the registry. One that leads away never carries the credentials.
     *
     * @throws QuayError for an answer that no Quay gives; undici's error when the connection broke
     */
    async send(message, hops = 0) {
        const { method, url, headers, body } = message;
        const { userAgent, kill } = this.#options;
        const response = await this.#dispatcher.request({
            origin: url.origin,
            path: url.pathname + url.search,
            method,
            headers: { 'user-agent': userAgent, ...headers },
            ...(body === undefined ? {} : { body }),
            ...(kill ? { signal: kill } : {}),
        });
        const answer = {
            status: response.statusCode,
            headers: flatten(response.headers),
            text: await readText(response.body, this.#options.origin.host),
        };
        if (answer.status < 300 || answer.status > 399)
            return answer;
        const target = URL.parse(answer.headers['location'] ?? '', url.href);
        const mayFollow = method === 'GET' && FOLLOWED.includes(answer.status) && hops < MOST_HOPS;
        if (mayFollow && target?.origin === url.origin)
            return this.send({ ...message, url: target }, hops + 1);
        throw this.#leadsAway(answer, target);
    }
    close() {
        return this.#dispatcher.destroy();
    }
    #leadsAway({ status }, target) {
        const { origin } = this.#options;
        const where = target && target.origin !== origin.origin ? target.origin : 'an address that cannot be followed';
        return new errors/* QuayError */.x(`${origin.host} redirects to ${where} (${status}), where credentials are never sent. Set \`registry\` to the host that answers itself.`);
    }
}
function flatten(headers) {
    return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]]));
}
async function readText(body, host) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > LARGEST_ANSWER)
            throw new errors/* QuayError */.x(`${host} sent an answer of more than 32 MiB, which no Quay does. Check \`registry\`.`);
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
}

;// CONCATENATED MODULE: ./lib/quay/http/pace.js
/** However much a server refuses, it is asked this often, in requests a second. */
const SLOWEST_RATE = 0.5;
/** How long the lane waits after it met a limit, so that a little of the limit's bucket drains. */
const PAUSE_MS = 50;
/** The rate is set a little below the estimate: a bucket that stays full refuses at every hiccup. */
const MARGIN = 0.98;
/** A time shorter than this does not show that a limit was drawn tighter. */
const SHORTEST_PROOF_MS = 500;
/** Full moments older than this say nothing about a limit that is shared with others. */
const MEMORY_MS = 20_000;
/**
 * Without a refusal for as long as the estimate took, within these bounds, the rate grows by this share in the same time,
 * by twice the share in the next, and so on: a limit that was lifted is soon forgotten.
 */
const SHORTEST_QUIET_MS = 400;
const LONGEST_QUIET_MS = 2500;
const GROWTH = 0.1;
const LARGEST_GROWTH = 1;
/** After the first refusal so many requests are in flight at most, twice as many a round trip later, and so on. */
const FIRST_WINDOW = 1;
/** Timers are a millisecond coarse and run late: up to this much of a delay is made up for. */
const CATCH_UP_MS = 4;
/** With so many refusals in a row, over so long a time, a lane is closed. */
const HOPELESS_MS = 60_000;
const HOPELESS_REFUSALS = 10;
/**
 * Finds out how fast a server takes the requests of one lane, and settles just below that.
 *
 * Quay's front counts requests in a bucket that leaks at a fixed rate, and refuses what would overflow it (nginx
 * `limit_req`). At each refusal the bucket is full. So between two refusals the server accepted exactly what leaked:
 * accepted requests / time is the rate. The longer the time between them, the better the estimate. Until the first
 * refusal nothing is held back.
 *
 * Times are milliseconds of a clock that the caller reads.
 *
 * Source: https://nginx.org/en/docs/http/ngx_http_limit_req_module.html
 */
class Pace {
    #accepted = 0;
    #refusedInARow = 0;
    #refusedSince = 0;
    #moments = [];
    /** Requests a millisecond; undefined until a limit was met. */
    #rate;
    #quietSince = 0;
    #quietMs = SHORTEST_QUIET_MS;
    #growth = GROWTH;
    #nextAt = 0;
    #window = Number.POSITIVE_INFINITY;
    /** When the next request may be sent. */
    next(now) {
        this.#grow(now);
        return this.#nextAt;
    }
    /** A request is sent now. */
    take(now) {
        if (this.#rate !== undefined)
            this.#nextAt = Math.max(this.#nextAt, now - CATCH_UP_MS) + 1 / this.#rate;
    }
    /** How many requests of the lane may be in flight. */
    get window() {
        return this.#window;
    }
    /** How many requests the server took. */
    get accepted() {
        return this.#accepted;
    }
    /** The server took a request. */
    accept() {
        this.#accepted += 1;
        this.#window += 1;
        this.#refusedInARow = 0;
    }
    /** The server refused a request for its rate; `retryAfter`, in milliseconds, is what it asked to wait. */
    refuse({ now, sentAt, retryAfter, }) {
        if (this.#refusedInARow === 0)
            this.#refusedSince = now;
        this.#refusedInARow += 1;
        if (retryAfter !== undefined)
            this.#nextAt = Math.max(this.#nextAt, now + retryAfter);
        const last = this.#moments.at(-1);
        // Requests that were in flight at the last refusal tell nothing new.
        if (last && sentAt < last.at)
            return;
        this.#moments = [
            ...this.#moments.filter(({ at }, index) => now - at <= MEMORY_MS || index === this.#moments.length - 1),
            { at: now, accepted: this.#accepted },
        ];
        if (last)
            this.#estimate(now);
        else
            this.#window = FIRST_WINDOW;
        this.#nextAt = Math.max(this.#nextAt, now + PAUSE_MS);
    }
    /** Whether the server has refused everything for so long that asking again is of no use. */
    isHopeless(now) {
        return this.#refusedInARow >= HOPELESS_REFUSALS && now - this.#refusedSince > HOPELESS_MS;
    }
    #estimate(now) {
        this.#forgetLooserLimit(now);
        const [first] = this.#moments;
        if (!first)
            return;
        const elapsed = now - first.at;
        // Up to one request more than was seen may have fitted, which counts while few were seen.
        const rate = (this.#accepted - first.accepted + 0.5) / elapsed;
        this.#rate = Math.max(rate * MARGIN, SLOWEST_RATE / 1000);
        this.#window = Number.POSITIVE_INFINITY;
        this.#quietMs = Math.min(Math.max(elapsed, SHORTEST_QUIET_MS), LONGEST_QUIET_MS);
        this.#quietSince = now + this.#quietMs;
        this.#growth = GROWTH;
    }
    /** Where the limit was drawn tighter, what was seen before says nothing about it any more. */
    #forgetLooserLimit(now) {
        const [first] = this.#moments;
        if (!first)
            return;
        const rate = (this.#accepted - first.accepted) / (now - first.at);
        const change = this.#moments.findLastIndex(({ at, accepted }) => {
            const [elapsed, seen] = [now - at, this.#accepted - accepted];
            return elapsed >= SHORTEST_PROOF_MS && seen + 2 + Math.sqrt(seen) < (rate * elapsed) / 2;
        });
        if (change > 0)
            this.#moments = this.#moments.slice(change);
    }
    /** The limit may have been lifted, or the estimate was too low. */
    #grow(now) {
        if (this.#rate === undefined || now <= this.#quietSince)
            return;
        const periods = (now - this.#quietSince) / this.#quietMs;
        this.#rate *= (1 + this.#growth) ** periods;
        this.#growth = Math.min(this.#growth * 2 ** periods, LARGEST_GROWTH);
        this.#quietSince = now;
    }
}

// EXTERNAL MODULE: ./lib/quay/http/stopped-error.js
var stopped_error = __webpack_require__(6619);
;// CONCATENATED MODULE: ./lib/quay/http/lane.js


/** Lets requests out: no faster than the pace of their lane, and never more at once than the whole client may. */
class Lane {
    pace = new Pace();
    #slots;
    #queue = [];
    #inFlight = 0;
    #timer;
    constructor(slots) {
        this.#slots = slots;
        slots.onFree(() => this.#letOut());
    }
    /**
     * Waits for this request's turn.
     *
     * @returns what to call when its answer has come; `closed` where the server refuses everything
     * @throws StoppedError when the signal aborts before
     */
    enter(signal, { first, isWrite }) {
        if (signal.aborted)
            return Promise.reject(new stopped_error/* StoppedError */.K());
        return new Promise((resolve, reject) => {
            const waiting = {
                isWrite,
                signal,
                enter: (leave) => {
                    signal.removeEventListener('abort', giveUp);
                    resolve(leave);
                },
            };
            const giveUp = () => {
                const place = this.#queue.indexOf(waiting);
                if (place >= 0)
                    this.#queue.splice(place, 1);
                reject(new stopped_error/* StoppedError */.K());
            };
            signal.addEventListener('abort', giveUp, { once: true });
            if (first)
                this.#queue.unshift(waiting);
            else
                this.#queue.push(waiting);
            this.#letOut();
        });
    }
    #letOut() {
        const now = performance.now();
        if (this.pace.isHopeless(now)) {
            const waiting = this.#queue.splice(0);
            this.#queue.push(...waiting.filter(({ isWrite }) => !isWrite));
            for (const { isWrite, enter } of waiting)
                if (isWrite)
                    enter('closed');
        }
        while (this.#queue.length > 0 && this.#timer === undefined) {
            if (this.#inFlight >= this.pace.window || !this.#slots.free)
                return;
            const at = this.pace.next(now);
            if (at > now) {
                this.#timer = setTimeout(() => {
                    this.#timer = undefined;
                    this.#letOut();
                }, at - now);
                return;
            }
            this.pace.take(now);
            this.#inFlight += 1;
            this.#slots.take();
            this.#queue.shift()?.enter(() => this.#leave());
        }
    }
    #leave() {
        this.#inFlight -= 1;
        this.#slots.give();
    }
}
/** The requests that the whole client may have in flight. */
class Slots {
    #listeners = [];
    #left;
    constructor(count) {
        this.#left = count;
    }
    get free() {
        return this.#left > 0;
    }
    take() {
        this.#left -= 1;
    }
    give() {
        this.#left += 1;
        for (const listener of this.#listeners)
            listener();
    }
    onFree(listener) {
        this.#listeners.push(listener);
    }
}

;// CONCATENATED MODULE: ./lib/quay/http/network-error.js

/** Failures that another attempt cannot heal. */
const FINAL = /^(ENOTFOUND|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_INVALID)/;
/** So many errors are looked through for a code. */
const DEEPEST = 10;
/** Whether another attempt may get through. */
function mayHealByRetry(error) {
    return !FINAL.test(codeOf(error));
}
/** Words a connection that failed, with the remedy. */
function networkError(error, host, attempts) {
    const code = codeOf(error);
    return new errors/* QuayError */.x(`${wording(code, host)}${attempts > 1 ? ` This was tried ${attempts} times.` : ''}`, {
        cause: error,
    });
}
function wording(code, host) {
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
        return `The name of the registry ${host} does not resolve (${code}). Check \`registry\`; a self-hosted Quay may only be reachable from a self-hosted runner.`;
    }
    if (code === 'ECONNREFUSED') {
        return `${host} refused the connection (${code}). Check the host and the port in \`registry\`, and that the registry is up.`;
    }
    if (code === 'CERT_HAS_EXPIRED') {
        return `The certificate of ${host} has expired (${code}). It must be renewed on the registry.`;
    }
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
        return `The certificate of ${host} is for another name (${code}). Write the name that the certificate holds in \`registry\`.`;
    }
    if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
        return `The certificate of ${host} is not trusted (${code}). If the registry has its own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file in the job's \`env\`.`;
    }
    if (/^(ERR_SSL_|EPROTO)/.test(code)) {
        return `${host} does not speak TLS there (${code}). Check the port in \`registry\`.`;
    }
    if (/TIMEOUT|ETIMEDOUT/.test(code)) {
        return `${host} did not answer in time (${code}). Check \`registry\` and the network between the runner and it.`;
    }
    return `The connection to ${host} broke (${code}). Check the network between the runner and the registry, and run again.`;
}
/** The code of the innermost error that has one. */
function codeOf(error) {
    let code = 'unknown error';
    const errors = [error];
    for (let depth = 0; depth < DEEPEST && errors.length > 0; depth += 1) {
        const current = errors.shift();
        if (typeof current !== 'object' || current === null)
            continue;
        if ('code' in current && typeof current.code === 'string')
            code = current.code;
        if ('cause' in current)
            errors.push(current.cause);
        // Several addresses were tried, each with an error of its own.
        if ('errors' in current && Array.isArray(current.errors))
            errors.push(...current.errors);
    }
    return code;
}

;// CONCATENATED MODULE: ./lib/quay/http/retry.js
/** Statuses that a busy server answers, and that heal. 520 is Cloudflare's word for an empty answer. */
const HEALING = new Set([408, 429, 500, 502, 503, 504, 520]);
/** So many attempts at a request count. */
const MOST_ATTEMPTS = 5;
const LONGEST_RETRY_AFTER_MS = 60_000;
/** Half a second at most at first, and never more than eight. */
const BACKOFF = { base: 500, cap: 8000 };
/** Whether another attempt may be answered better. */
function mayHeal(status) {
    return HEALING.has(status);
}
/** A random wait that grows with the attempts, in milliseconds, so that many requests do not come back together. */
function backoff(attempt, { base, cap }) {
    return Math.random() * Math.min(cap, base * 2 ** (attempt - 1));
}
/** What `Retry-After` asks to wait, in milliseconds and no longer than a minute; undefined without a readable one. */
function retryAfter(header, now) {
    if (header === undefined)
        return undefined;
    const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
    return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS);
}
/** A refusal of a limit that takes nothing counts after so long at first, then after twice as long, and so on. */
const PATIENCE_MS = 1000;
/**
 * Counts the attempts at one request.
 *
 * One that a rate limit refused does not always count. Where the limit took nothing else since the refusal before, the pace
 * may still be too fast, which is not this request's fault: only time tells.
 */
class Attempts {
    #made = 0;
    #counted = 0;
    #countedAt = 0;
    #acceptedInLane = -1;
    #mayHaveActed = false;
    get made() {
        return this.#made;
    }
    get usedUp() {
        return this.#counted >= MOST_ATTEMPTS;
    }
    /** Whether the next attempt goes before other requests: every second time, lest those take its place, or it theirs. */
    get goesFirst() {
        return this.#made % 2 === 1;
    }
    /** Whether an attempt got no clear answer: the server may have acted on it. */
    get mayHaveActed() {
        return this.#mayHaveActed;
    }
    /** An attempt that broke, or was answered. */
    count() {
        this.#made += 1;
        this.#counted += 1;
        this.#mayHaveActed = true;
    }
    /** An attempt that a rate limit refused, `now` in milliseconds of any clock. */
    countRefusal({ now, acceptedInLane, saidHowLong }) {
        this.#made += 1;
        const wasPatient = now - this.#countedAt >= PATIENCE_MS * 2 ** (this.#counted - 1);
        if (saidHowLong || acceptedInLane > this.#acceptedInLane || wasPatient) {
            this.#counted += 1;
            this.#countedAt = now;
        }
        this.#acceptedInLane = acceptedInLane;
    }
}

;// CONCATENATED MODULE: ./lib/quay/http/client.js







const NEVER = new AbortController().signal;
/** Sends requests to one registry: paced, and retried where that can heal. */
class HttpClient {
    #options;
    #exchange;
    #lanes;
    #backoff;
    constructor(options) {
        this.#options = options;
        this.#exchange = new Exchange(options);
        this.#backoff = options.backoff ?? BACKOFF;
        const slots = new Slots(options.concurrency);
        const lane = () => new Lane(slots);
        this.#lanes = { api: lane(), manifests: lane(), tags: lane(), auth: lane(), other: lane() };
    }
    /**
     * The answer, whatever its status, after at most five attempts that count.
     *
     * @throws QuayError when no answer came; StoppedError when the run was stopped before the request was sent
     */
    async send(request) {
        const stop = AbortSignal.any([this.#options.stop ?? NEVER, request.stop ?? NEVER]);
        const { pace } = this.#lanes[request.lane];
        const attempts = new Attempts();
        for (;;) {
            const outcome = await this.#attempt(request, attempts, stop);
            if ('error' in outcome) {
                attempts.count();
                if (attempts.usedUp || stop.aborted || !mayHealByRetry(outcome.error))
                    throw networkError(outcome.error, this.#options.origin.host, attempts.made);
            }
            else {
                const mayHaveActedBefore = attempts.mayHaveActed;
                if (outcome.status === 429)
                    attempts.countRefusal({
                        now: performance.now(),
                        acceptedInLane: pace.accepted,
                        saidHowLong: waitAskedBy(outcome) !== undefined,
                    });
                else
                    attempts.count();
                const response = { ...outcome, attempts: attempts.made, mayHaveActedBefore };
                if (attempts.usedUp || this.#stands(request, response))
                    return response;
            }
            await this.#waitBeforeRetry(outcome, attempts, stop);
        }
    }
    close() {
        return this.#exchange.close();
    }
    #stands(request, response) {
        if (request.final?.(response))
            return true;
        if (response.status === 429)
            return this.#lanes[request.lane].pace.isHopeless(performance.now());
        return !mayHeal(response.status) && request.valid?.(response) !== false;
    }
    async #attempt(request, attempts, stop) {
        const lane = this.#lanes[request.lane];
        const leave = await lane
            .enter(stop, { first: attempts.goesFirst, isWrite: request.method !== 'GET' })
            .catch((cause) => {
            throw this.#stopped(attempts, cause);
        });
        if (leave === 'closed')
            throw this.#closed();
        const sentAt = performance.now();
        const log = (status) => this.#log(request, { status, ms: performance.now() - sentAt, attempt: attempts.made + 1 });
        try {
            const answer = await this.#exchange.send(request);
            const now = performance.now();
            if (answer.status === 429)
                lane.pace.refuse({ now, sentAt, retryAfter: waitAskedBy(answer) });
            else
                lane.pace.accept();
            log(String(answer.status));
            return answer;
        }
        catch (error) {
            log(error instanceof Error ? error.message : 'broke');
            if (error instanceof errors/* QuayError */.x)
                throw error;
            return { error };
        }
        finally {
            leave();
        }
    }
    #closed() {
        const { host } = this.#options.origin;
        return new errors/* QuayError */.x(`${host} has refused every request for a minute because of its rate limit (429), so this one was not sent any more. Run again later, or lower \`concurrency\`.`);
    }
    /** A limit holds the whole lane back; anything else only this request. */
    async #waitBeforeRetry(outcome, attempts, stop) {
        if ('status' in outcome && outcome.status === 429)
            return;
        const asked = 'status' in outcome ? waitAskedBy(outcome) : undefined;
        await (0,promises_.setTimeout)(asked ?? backoff(attempts.made, this.#backoff), undefined, { signal: stop }).catch((cause) => {
            throw this.#stopped(attempts, cause);
        });
    }
    /** What a stop means for a request that waits: it was not sent, or nobody knows what became of it. */
    #stopped({ mayHaveActed }, cause) {
        if (!mayHaveActed)
            return new stopped_error/* StoppedError */.K({ cause });
        return new errors/* QuayError */.x(`The run was stopped before a request that ${this.#options.origin.host} did not answer could be sent again: whether it was carried out is unknown.`);
    }
    #log({ method, url }, log) {
        this.#options.onRequest?.({ method, path: url.pathname + url.search, ...log });
    }
}
/** Milliseconds; undefined where the server did not ask to wait. */
function waitAskedBy({ headers }) {
    return retryAfter(headers['retry-after'], Date.now());
}

// EXTERNAL MODULE: ./lib/runner/clock.js
var clock = __webpack_require__(5888);
// EXTERNAL MODULE: ./lib/runner/log.js
var log = __webpack_require__(3188);
// EXTERNAL MODULE: ./lib/github/errors.js
var github_errors = __webpack_require__(9452);
;// CONCATENATED MODULE: ./lib/runner/oidc-token.js

/**
 * Asks GitHub for an OIDC token of this job.
 *
 * `@actions/core` can do it too, but loads its HTTP client at every start, which takes longer than all else at the start.
 *
 * @param environment the runner's variables, which say where to ask and prove that this job may
 * @throws GitHubError where the workflow may not have a token; the HTTP client's error when GitHub does not give one
 *
 * Source: https://github.com/actions/toolkit/tree/main/packages/core
 */
async function requestOidcToken(audience, environment) {
    const url = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
    const proof = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    if (!url || !proof)
        throw new github_errors/* GitHubError */.y('The runner offers this job no OIDC token (ACTIONS_ID_TOKEN_REQUEST_URL is not set).');
    const { HttpClient } = await __webpack_require__.e(/* import() */ 942).then(__webpack_require__.bind(__webpack_require__, 4942));
    const { BearerCredentialHandler } = await __webpack_require__.e(/* import() */ 145).then(__webpack_require__.bind(__webpack_require__, 2145));
    const http = new HttpClient('quay-tag-cleanup', [new BearerCredentialHandler(proof)], {
        allowRetries: true,
        maxRetries: 10,
    });
    const { result } = await http.getJson(`${url}&audience=${encodeURIComponent(audience)}`);
    if (typeof result?.value !== 'string' || result.value === '')
        throw new github_errors/* GitHubError */.y('GitHub answered without an OIDC token.');
    return result.value;
}

// EXTERNAL MODULE: ./lib/runner/secrets.js
var secrets = __webpack_require__(2811);
;// CONCATENATED MODULE: ./lib/runner/connection.js








/** Opens the connection to the registry, with the signals of a cancelled workflow wired to it. */
function connect({ registry, concurrency }, stop) {
    const http = new HttpClient({
        origin: registry.origin,
        concurrency,
        userAgent: 'quay-tag-cleanup',
        stop: stop.sending,
        kill: stop.waiting,
        ...(core/* isDebug */._o()
            ? {
                onRequest: ({ method, path, status, ms, attempt }) => core/* debug */.Yz((0,log/* printable */.g$)(`${method} ${path} → ${status} in ${Math.round(ms)} ms, attempt ${attempt}`)),
            }
            : {}),
    });
    const connection = {
        registry,
        http,
        now: clock/* unixNow */.h,
        maskSecret: secrets/* keepSecret */.g,
        requestOidcToken: (audience) => requestOidcToken(audience, process.env),
    };
    return { connection, close: () => http.close() };
}
/** The way to Quay's time machine, which only an OAuth token opens. */
function openTimeMachine(token, { registry, http, now }) {
    return new TimeMachine(new RestApi(registry, http, { kind: 'oauth', token }), now);
}

;// CONCATENATED MODULE: ./lib/runner/network.js
// All that opens connections, in one file that is loaded once the inputs stand: its HTTP client takes longer to load
// than everything else. One file, because each one that is loaded by itself would bring a copy of the client along.




/***/ })

};
