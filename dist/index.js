import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 2613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");

/***/ }),

/***/ 7997:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 8877:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:v8");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 1485:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  t: () => (/* binding */ cleanup)
});

;// CONCATENATED MODULE: ./lib/model/json.js
/** Parses a JSON object, whatever the content type said; undefined for anything else, such as an HTML page. */
function parseObject(text) {
    try {
        const value = JSON.parse(text);
        return isObject(value) ? value : undefined;
    }
    catch {
        return undefined;
    }
}
/** Whether the value is an object with keys: no array, no null. */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** The value if it is a string. */
function asString(value) {
    return typeof value === 'string' ? value : undefined;
}
/** A finite number of at least zero, as times and sizes are. */
function asNumber(value) {
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
/** The value if it is `true` or `false`. */
function asBoolean(value) {
    return typeof value === 'boolean' ? value : undefined;
}

// EXTERNAL MODULE: ./lib/quay/errors.js
var errors = __nccwpck_require__(1193);
;// CONCATENATED MODULE: ./lib/quay/rest/rest-api.js


/** Sends requests to Quay's REST API v1 and words what it refuses. */
class RestApi {
    registry;
    isAnonymous;
    #http;
    #headers;
    constructor(registry, http, signIn) {
        this.registry = registry;
        this.#http = http;
        this.isAnonymous = signIn.kind === 'anonymous';
        this.#headers = {
            accept: 'application/json',
            // Quay answers 400 to reads that look like a browser's without this header.
            'x-requested-with': 'XMLHttpRequest',
            ...(signIn.kind === 'oauth' ? { authorization: `Bearer ${signIn.token}` } : {}),
        };
    }
    /** The answer, whatever its status, after the retries of what can heal. */
    send(request) {
        const url = new URL(`/api/v1/${request.path}`, this.registry.origin);
        for (const [name, value] of Object.entries(request.query ?? {}))
            url.searchParams.set(name, value);
        const body = request.body && JSON.stringify(request.body);
        const { valid, credible, stop } = request;
        return this.#http.send({
            method: request.method,
            url,
            lane: 'api',
            headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
            ...(body === undefined ? {} : { body }),
            valid: (response) => (credible?.(response) ?? true) && (response.status !== 200 || (valid?.(response) ?? true)),
            ...(stop ? { stop } : {}),
            final: isReadOnlyAnswer,
        });
    }
}
/** The path of a repository below `/api/v1/`, without a slash at its end. */
function repositoryPath(repository) {
    return `repository/${repository.split('/').map(encodeURIComponent).join('/')}`;
}
/** Quay's 503 for a mirrored or read-only repository, which no retry heals. */
function isReadOnlyAnswer(response) {
    return (response.status === 503 &&
        /read.only or mirror mode/i.test(asString(parseObject(response.text)?.['message']) ?? ''));
}
/** Words an answer that is none of those the caller knows. */
function restRefusal(response, registry, what) {
    const { host } = registry;
    const { doing, repository } = what;
    const said = errorText(response);
    if (isReadOnlyAnswer(response)) {
        return new errors/* QuayError */.x(`${host} refused ${doing}: ${repository} is read-only or a mirror (503). Change its state to "Normal" in the repository's settings, or leave it out of \`repository\`.`);
    }
    switch (response.status) {
        case 401:
            return tokenRefused(host, 401);
        case 403:
            return /csrf/i.test(response.text) || !/insufficient_scope|unauthorized/i.test(response.text)
                ? tokenRefused(host, 403)
                : new errors/* CredentialRefusedError */.i(`${host} does not let the token go on with ${doing} (403 insufficient_scope). It may lack the scope \`repo:write\`, or its owner may lack write permission on ${repository}, or the namespace does not exist: check \`repository\`, and generate a token with "Write to any accessible repositories" as a user with write permission.`);
        case 404:
            return parseObject(response.text)
                ? new errors/* QuayError */.x(`${repository} was not found on ${host} (404). Check the spelling of \`repository\`, and that the token's owner can see it.`)
                : notQuay(host, response);
        case 429:
            return new errors/* QuayError */.x(`${host} still limits the rate of requests (429) after ${response.attempts} attempts at ${doing}. Lower \`concurrency\`, or run again later.`);
        default:
            return response.status < 400
                ? notQuay(host, response)
                : new errors/* QuayError */.x(`${host} answered ${response.status}${said} to ${doing}, after ${attempts(response)}. If it goes on, see the registry's status page or its logs.`);
    }
}
/** The error for a token that the registry does not know, with how to get another. */
function tokenRefused(host, status) {
    return new errors/* CredentialRefusedError */.i(`The token was refused by ${host} (${status}). It may be wrong or expired: create one under Organization → OAuth Applications → Generate Token, with "Write to any accessible repositories".`);
}
/** The error for an answer that no Quay gives. */
function notQuay(host, response) {
    const kind = /^\s*</.test(response.text) ? 'a page of HTML' : "something else than Quay's JSON";
    return new errors/* QuayError */.x(`${host} does not look like a Quay registry: it answered ${kind} (${response.status}). Check \`registry\`.`);
}
/** What the registry itself said of an error, as ` ("…")`, in one short line; empty where it said nothing readable. */
function errorText(response) {
    const body = parseObject(response.text);
    const errors = body?.['errors'];
    const first = Array.isArray(errors) ? errors[0] : undefined;
    const said = body &&
        (asString(body['detail']) ??
            asString(body['error_message']) ??
            asString(body['message']) ??
            asString(body['error']));
    const text = said ?? (isObject(first) ? asString(first['message']) : undefined);
    // A long opaque word may be a credential that the server sends back.
    return text ? ` (${JSON.stringify(text.replace(/[\w+/=.~-]{24,}/g, '…').slice(0, 200))})` : '';
}
function attempts(response) {
    return response.attempts === 1 ? 'one attempt' : `${response.attempts} attempts`;
}

;// CONCATENATED MODULE: ./lib/quay/rest/list-repositories.js



/** All repositories of a namespace that the credentials can see, from every page. */
async function findRepositories(api, namespace) {
    const found = new Map();
    let token;
    do {
        const page = await fetchRepositories(api, namespace, token);
        const known = found.size;
        for (const repository of page.repositories)
            found.set(repository.repository, repository);
        // An invalid page token silently starts again at the first page.
        if (page.next !== undefined && found.size === known) {
            throw new errors/* QuayError */.x(`The list of the repositories of ${namespace} on ${api.registry.host} does not end: a further page is announced, and it brings nothing new. Nothing was deleted.`);
        }
        token = page.next;
    } while (token !== undefined);
    return [...found.values()];
}
async function fetchRepositories(api, namespace, token) {
    const response = await api.send({
        method: 'GET',
        path: 'repository',
        query: { namespace, ...(token === undefined ? {} : { next_page: token }) },
        valid: ({ text }) => readPage(text, namespace) !== undefined,
    });
    if (response.status !== 200) {
        throw restRefusal(response, api.registry, {
            doing: `listing the repositories of ${namespace}`,
            repository: namespace,
        });
    }
    const page = readPage(response.text, namespace);
    if (!page)
        throw notQuay(api.registry.host, response);
    return page;
}
function readPage(text, namespace) {
    const body = parseObject(text);
    const rows = body?.['repositories'];
    if (!Array.isArray(rows))
        return undefined;
    const repositories = rows.map((row) => readRepository(row, namespace));
    const next = asString(body?.['next_page']);
    if (!repositories.every((repository) => repository !== undefined))
        return undefined;
    return { repositories, ...(next === undefined ? {} : { next }) };
}
function readRepository(row, namespace) {
    if (!isObject(row))
        return undefined;
    const name = asString(row['name']);
    // A name that could leave its path is no repository name.
    if (!name ||
        !/^[a-z0-9._/-]+$/i.test(name) ||
        name.split('/').includes('..') ||
        asString(row['namespace']) !== namespace)
        return undefined;
    const unwritable = whyUnwritable(row);
    return { repository: `${namespace}/${name}`, ...(unwritable ? { unwritable } : {}) };
}
function whyUnwritable(row) {
    const kind = asString(row['kind']) ?? 'image';
    if (kind !== 'image')
        return `holds no images (${kind})`;
    switch (asString(row['state']) ?? 'NORMAL') {
        case 'NORMAL':
            return undefined;
        case 'MIRROR':
            return 'is a mirror';
        case 'READ_ONLY':
            return 'is read-only';
        default:
            return `is in the state ${asString(row['state'])}`;
    }
}

;// CONCATENATED MODULE: ./lib/model/tag.js
/** In characters. */
const LONGEST_TAG = 128;
const TAG_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/**
 * Reads a tag name by the registry's own grammar.
 *
 * Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 *
 * @returns undefined for anything else, a digest (`sha256:…`) among it
 */
function parseTagName(text) {
    return isTagName(text) ? text : undefined;
}
function isTagName(text) {
    return TAG_NAME.test(text);
}

;// CONCATENATED MODULE: ./lib/quay/rest/tag-rows.js


/** Reads one page of the tag list; undefined for anything that no Quay would answer, a row that cannot be read among it. */
function readTagPage(text) {
    const body = parseObject(text);
    const tags = body?.['tags'];
    const page = asNumber(body?.['page']);
    const hasMore = asBoolean(body?.['has_additional']);
    if (!Array.isArray(tags) || page === undefined || hasMore === undefined)
        return undefined;
    const rows = tags.map((row) => (isObject(row) ? readRow(row) : undefined));
    return rows.every((row) => row !== undefined) ? { page, rows, hasMore } : undefined;
}
function readRow(row) {
    const name = parseTagName(asString(row['name']) ?? '');
    const endsAt = asNumber(row['end_ts']);
    const endIsUnreadable = endsAt === undefined && (row['end_ts'] ?? undefined) !== undefined;
    if (name === undefined || endIsUnreadable)
        return undefined;
    const digest = readDigest(row['manifest_digest']);
    const lastModified = asNumber(row['start_ts']);
    const size = asNumber(row['size']);
    const immutable = asBoolean(row['immutable']);
    const multiArch = asBoolean(row['is_manifest_list']);
    const tag = {
        name,
        ...(digest === undefined ? {} : { digest }),
        ...(lastModified === undefined ? {} : { lastModified }),
        ...(size === undefined ? {} : { size }),
        ...(endsAt === undefined ? {} : { expiration: endsAt }),
        ...(immutable === undefined ? {} : { immutable }),
        ...(multiArch === undefined ? {} : { multiArch }),
    };
    return { tag, ...(endsAt === undefined ? {} : { endsAt }) };
}
/**
 * The living tags among rows, each name once: a row whose end lies in the past is history,
 * and of a name that moved while its pages were read the newest row counts.
 */
function livingTags(rows, now) {
    const byName = new Map();
    for (const { tag, endsAt } of rows) {
        if (endsAt !== undefined && endsAt <= now)
            continue;
        const other = byName.get(tag.name);
        if (!other || (tag.lastModified ?? 0) > (other.lastModified ?? 0))
            byName.set(tag.name, tag);
    }
    return [...byName.values()];
}
/** A digest goes into paths: what does not look like one is none. */
function readDigest(value) {
    return /^sha256:[0-9a-f]{64}$/.exec(asString(value) ?? '')?.[0];
}

;// CONCATENATED MODULE: ./lib/quay/rest/list-tags.js



/** Quay answers at most this many rows a page. */
const PAGE_SIZE = 100;
/** How many pages are asked for together, before it is known that they exist. */
const FIRST_WAVE = 4;
const WIDEST_WAVE = 16;
/** Every living tag of a repository, from the complete list. */
async function listTags(api, repository, now) {
    const rows = await readAllPages((page) => fetchPage(api, repository, { page: String(page), onlyActiveTags: 'true' }), repository);
    return livingTags(rows, now());
}
/** Every row of a repository's history, dead and alive, newest first. */
async function listHistory(api, repository) {
    return readAllPages((page) => fetchPage(api, repository, { page: String(page) }), repository);
}
/** One page of the tag list, which holds what was asked for. */
async function fetchPage(api, repository, query) {
    const response = await api.send({
        method: 'GET',
        path: `${repositoryPath(repository)}/tag/`,
        query: { limit: String(PAGE_SIZE), page: '1', ...query },
        valid: ({ text }) => readTagPage(text) !== undefined,
    });
    if (response.status !== 200)
        throw restRefusal(response, api.registry, { doing: `listing the tags of ${repository}`, repository });
    const page = readTagPage(response.text);
    if (!page)
        throw notQuay(api.registry.host, response);
    if (page.page !== Number(query['page'] ?? 1)) {
        throw new errors/* QuayError */.x(`${api.registry.host} answered page ${page.page} of the tags of ${repository} when page ${query['page']} was asked for. The list would be incomplete, so nothing was deleted.`);
    }
    return page;
}
/**
 * Reads pages from the first to the one that says it is the last.
 *
 * How many there are is not known before, so pages are asked for ahead, in waves that grow; those past the end are empty.
 */
async function readAllPages(fetch, repository) {
    const first = await fetch(1);
    const rows = [...first.rows];
    let hasMore = first.hasMore;
    let next = 2;
    for (let wave = FIRST_WAVE; hasMore; wave = Math.min(wave * 2, WIDEST_WAVE)) {
        const from = next;
        const pages = await Promise.all(Array.from({ length: wave }, (_, index) => fetch(from + index)));
        if (pages.every((page) => page.hasMore && bringsNothing(page, first)))
            throw endlessList(repository);
        for (const page of pages)
            rows.push(...page.rows);
        // The last page with rows knows best: an earlier one may have been the last when it was read, before a push.
        hasMore = pages.findLast((page) => page.rows.length > 0)?.hasMore ?? false;
        next += wave;
    }
    return rows;
}
function bringsNothing(page, first) {
    return page.rows.length === 0 || page.rows[0]?.tag.name === first.rows[0]?.tag.name;
}
function endlessList(repository) {
    return new errors/* QuayError */.x(`The list of the tags of ${repository} does not end: more pages are announced, and they bring nothing new. Nothing was deleted. If a proxy stands before the registry, check that it passes the query \`page\` on.`);
}

;// CONCATENATED MODULE: ./lib/quay/v2/delete-tag.js



/**
 * Deletes one tag over the registry API, by name: the same request with a digest would delete every tag on that digest.
 *
 * @throws CredentialRefusedError when the account lost its right to write; QuayError for all else, a Quay before 3.13 among it
 */
async function deleteByRegistry(session, { repository, stop }, tag) {
    const url = new URL(`/v2/${repository}/manifests/${tag}`, session.registry.origin);
    const response = await session.send({
        method: 'DELETE',
        repository,
        url,
        lane: 'manifests',
        stop,
        valid: isCredibleRemoval,
    });
    if (response.status === 202)
        return 'deleted';
    if (response.status === 409)
        return 'immutable';
    if (response.status === 404 && parseObject(response.text))
        return response.mayHaveActedBefore ? 'deleted' : 'gone';
    throw unexpected(session, response, `${repository}:${tag}`);
}
/** Quay answers a deletion with 202 or 204, and a missing tag with JSON; anything else comes from something in between. */
function isCredibleRemoval({ status, text }) {
    return status !== 200 && (status !== 404 || parseObject(text) !== undefined);
}
function unexpected(session, response, target) {
    const { host } = session.registry;
    const said = errorText(response);
    if (response.status === 401 || response.status === 403) {
        return new errors/* CredentialRefusedError */.i(`${host} no longer lets ${session.account.user} delete ${target} (${response.status})${said}. Check that the account still has write permission.`);
    }
    if (response.status === 405 || /UNSUPPORTED/.test(response.text)) {
        return new errors/* QuayError */.x(`${host} cannot delete by tag over the registry API (${response.status}): that needs Quay 3.13 or later. Use an OAuth \`token\` instead of a robot account.`);
    }
    if (isReadOnlyAnswer(response)) {
        return new errors/* QuayError */.x(`${host} refused to delete ${target}: its repository is read-only or a mirror (503).`);
    }
    return new errors/* QuayError */.x(`${host} answered ${response.status}${said} to deleting ${target}, after ${response.attempts} attempts.`);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: ./lib/quay/v2/read-index.js



const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
/**
 * Reads which images a multi-arch image consists of, by its digest, over the registry API.
 *
 * @returns their digests; none for a plain image; `unknown` for whatever cannot be read or does not have the digest
 *
 * Source: https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
async function readIndexedImages(session, repository, digest) {
    try {
        const response = await session.send({
            method: 'GET',
            repository,
            url: new URL(`/v2/${repository}/manifests/${digest}`, session.registry.origin),
            lane: 'manifests',
            accept: [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST].join(', '),
        });
        const isWhatWasAsked = `sha256:${(0,external_node_crypto_.createHash)('sha256').update(response.text).digest('hex')}` === digest;
        return response.status === 200 && isWhatWasAsked ? imagesIn(response.text) : 'unknown';
    }
    catch (error) {
        // A fact that cannot be read keeps what depends on it, and stops nothing else.
        if (error instanceof errors/* QuayError */.x)
            return 'unknown';
        throw error;
    }
}
function imagesIn(text) {
    const manifest = parseObject(text);
    if (!manifest)
        return 'unknown';
    const entries = manifest['manifests'];
    if (entries === undefined)
        return isObject(manifest['config']) ? new Set() : 'unknown';
    if (!Array.isArray(entries))
        return 'unknown';
    const digests = entries.map((entry) => isObject(entry) && [OCI_MANIFEST, DOCKER_MANIFEST].includes(asString(entry['mediaType']) ?? '')
        ? asString(entry['digest'])
        : undefined);
    return digests.every((digest) => digest !== undefined) ? new Set(digests) : 'unknown';
}

;// CONCATENATED MODULE: ./lib/quay/oauth-tag-store.js








/** From this many deletions on, signing in to the registry API as well pays for itself: it may delete ten times as fast. */
const FAST_LANE_FROM = 101;
/** Speaks to Quay's REST API with an OAuth token, and deletes many tags over the registry API where that works. */
class RestStore {
    #api;
    #fastLane;
    #now;
    /** @param options.fastLane - a session of the registry API with the same token; `now` gives Unix seconds */
    constructor(options) {
        this.#api = options.api;
        this.#fastLane = options.fastLane;
        this.#now = options.now;
    }
    findRepositories(namespace) {
        return findRepositories(this.#api, namespace);
    }
    async inspect(repository) {
        const { host } = this.#api.registry;
        const response = await this.#api.send({
            method: 'GET',
            path: repositoryPath(repository),
            query: { includeTags: 'false' },
            valid: ({ text }) => parseObject(text) !== undefined,
        });
        if (response.status !== 200)
            throw restRefusal(response, this.#api.registry, { doing: `reading ${repository}`, repository });
        const body = parseObject(response.text);
        if (!body || asString(body['name']) === undefined)
            throw notQuay(host, response);
        const restorableFor = asNumber(body['tag_expiration_s']);
        const obstacle = this.#obstacle(repository, body);
        return {
            repository,
            ...(restorableFor === undefined ? {} : { restorableFor }),
            ...(obstacle ? { obstacle } : {}),
        };
    }
    #obstacle(repository, body) {
        const { host } = this.#api.registry;
        const state = asString(body['state']);
        if (state === 'MIRROR') {
            return new errors/* QuayError */.x(`${repository} is a mirror: ${host} lets nobody delete its tags by hand. Leave it out of \`repository\`, or change its state to "Normal" in its settings.`);
        }
        if (state === 'READ_ONLY') {
            return new errors/* QuayError */.x(`${repository} is read-only on ${host}. Leave it out of \`repository\`, or change its state to "Normal" in its settings.`);
        }
        if (this.#api.isAnonymous) {
            return new errors/* CredentialRefusedError */.i(`Without credentials ${host} lets nobody delete tags of ${repository}.`);
        }
        if (asBoolean(body['can_write']) !== false)
            return undefined;
        const orUnknown = body['is_public'] === true ? ' On a public repository, a wrong or expired token looks the same.' : '';
        return new errors/* CredentialRefusedError */.i(`The token can read ${repository} on ${host} but not write to it.${orUnknown} Create one under Organization → OAuth Applications → Generate Token, with "Write to any accessible repositories", as a user with write permission on ${repository}.`);
    }
    async knows() {
        return { dates: true, pulls: true, expiry: true };
    }
    list(repository) {
        return listTags(this.#api, repository, this.#now);
    }
    async reread(repository, tag) {
        const page = await fetchPage(this.#api, repository, {
            onlyActiveTags: 'true',
            filter_tag_name: `eq:${tag}`,
        });
        return livingTags(page.rows, this.#now()).find(({ name }) => name === tag);
    }
    async lastPull(repository, tag) {
        const response = await this.#api.send({
            method: 'GET',
            path: `${repositoryPath(repository)}/tag/${tag}/pull_statistics`,
            valid: ({ text }) => parseObject(text) !== undefined,
        });
        if (response.status === 404)
            return 'unknown';
        if (response.status !== 200)
            throw restRefusal(response, this.#api.registry, {
                doing: `reading the pull statistics of ${repository}:${tag}`,
                repository,
            });
        const body = parseObject(response.text) ?? {};
        return latestPull(body['last_tag_pull_date'], body['last_manifest_pull_date']);
    }
    async indexedImages(repository, digest) {
        return this.#fastLane ? readIndexedImages(this.#fastLane, repository, digest) : 'unknown';
    }
    async deleter(batch) {
        const overRest = (tag) => this.#delete(batch, tag);
        const session = await this.#fastLaneFor(batch);
        if (!session)
            return overRest;
        let works = true;
        return async (tag) => {
            if (!works)
                return overRest(tag);
            try {
                return await deleteByRegistry(session, batch, tag);
            }
            catch (error) {
                if (!(error instanceof errors/* QuayError */.x))
                    throw error;
                // Whatever stopped the fast lane, the REST API does the same and words its own refusals.
                works = false;
                return overRest(tag);
            }
        };
    }
    async #fastLaneFor({ repository, count }) {
        if (!this.#fastLane || count < FAST_LANE_FROM)
            return undefined;
        try {
            return (await this.#fastLane.mayWrite(repository)) ? this.#fastLane : undefined;
        }
        catch (error) {
            // A server without a registry API for tokens still has its REST API.
            if (error instanceof errors/* QuayError */.x)
                return undefined;
            throw error;
        }
    }
    async #delete({ repository, stop }, tag) {
        const path = `${repositoryPath(repository)}/tag/${tag}`;
        const response = await this.#api.send({ method: 'DELETE', path, stop, credible: isCredibleRemoval });
        if (response.status === 204)
            return 'deleted';
        if (response.status === 409)
            return 'immutable';
        if (response.status === 404 && parseObject(response.text))
            return response.mayHaveActedBefore ? 'deleted' : 'gone';
        throw restRefusal(response, this.#api.registry, { doing: `deleting ${repository}:${tag}`, repository });
    }
    async expire({ repository, stop }, tag, expiration) {
        const path = `${repositoryPath(repository)}/tag/${tag}`;
        const response = await this.#api.send({
            method: 'PUT',
            path,
            body: { expiration },
            stop,
            valid: isNoPage,
        });
        if (response.status === 200 || response.status === 201)
            return 'expiring';
        if (response.status === 404)
            return 'gone';
        const isImmutable = response.status === 409 || (response.status === 400 && /immutable/i.test(response.text));
        if (isImmutable)
            return 'immutable';
        throw restRefusal(response, this.#api.registry, {
            doing: `setting the expiration of ${repository}:${tag}`,
            repository,
        });
    }
}
/** Whether an answer is Quay's own and not a page that something in between shows. */
function isNoPage({ text }) {
    return !/^\s*</.test(text);
}
/** The later of the pulls by tag and by digest: either means that somebody uses the image. */
function latestPull(byTag, byDigest) {
    const dates = [byTag, byDigest].map((date) => date === null || date === undefined ? 'never' : Date.parse(asString(date) ?? '') / 1000);
    if (dates.some((date) => Number.isNaN(date)))
        return 'unknown';
    const pulls = dates.filter((date) => date !== 'never');
    return pulls.length === 0 ? 'never' : Math.max(...pulls);
}

;// CONCATENATED MODULE: ./lib/quay/v2/list-tags.js




/** The names of a repository's tags, all pages; the registry API tells nothing else, and up to two minutes late. */
async function listNames(session, repository) {
    const names = new Map();
    let url = new URL(`/v2/${repository}/tags/list?n=100`, session.registry.origin);
    while (url) {
        const response = await session.send({ method: 'GET', repository, url, lane: 'tags' });
        const page = readNames(session, repository, response);
        const known = names.size;
        for (const tag of page)
            names.set(tag.name, tag);
        const next = nextPage(response, url);
        if (next && names.size === known) {
            throw new errors/* QuayError */.x(`The list of the tags of ${repository} does not end: a further page is announced, and it brings nothing new. Nothing was deleted.`);
        }
        url = next;
    }
    return [...names.values()];
}
function readNames(session, repository, response) {
    const { host } = session.registry;
    if (response.status === 401 || response.status === 404) {
        throw new errors/* QuayError */.x(`${repository} was not found on ${host}, or ${session.account.user} cannot read it (${response.status}). Check the spelling of \`repository\` and the account's permission.`);
    }
    if (response.status !== 200) {
        throw new errors/* QuayError */.x(`${host} answered ${response.status}${errorText(response)} to listing the tags of ${repository}, after ${response.attempts} attempts. Nothing was deleted from it.`);
    }
    const names = parseObject(response.text)?.['tags'];
    const tags = Array.isArray(names)
        ? names.map((name) => parseTagName(typeof name === 'string' ? name : ''))
        : [undefined];
    if (!tags.every((name) => name !== undefined))
        throw notQuay(host, response);
    return tags.map((name) => ({ name }));
}
/** Follows `Link: <…>; rel="next"`, relative or absolute, and never to another origin. */
function nextPage(response, current) {
    const link = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(response.headers['link'] ?? '')?.[1];
    if (link === undefined)
        return undefined;
    const next = URL.parse(link, current.href);
    if (next?.origin !== current.origin) {
        throw new errors/* QuayError */.x(`${current.host} continues its list of tags at ${next?.origin ?? 'an address that is none'}, another origin, where credentials are never sent. Nothing was deleted.`);
    }
    return next;
}

;// CONCATENATED MODULE: ./lib/quay/robot-tag-store.js




/**
 * Speaks to Quay's registry API as a robot account.
 *
 * That API lists names only. Of a public repository the REST API tells dates, sizes and immutability to anybody.
 */
class RegistryStore {
    #session;
    #anonymous;
    #publicFacts = new Map();
    /** @param options.anonymous - the REST API of the same registry, without credentials */
    constructor(options) {
        this.#session = options.session;
        this.#anonymous = options.anonymous;
    }
    findRepositories(namespace) {
        return this.#anonymous.findRepositories(namespace);
    }
    async inspect(repository) {
        const { host } = this.#session.registry;
        const { user } = this.#session.account;
        const mayRead = await this.#session.mayRead(repository);
        const facts = await this.#asPublic(repository);
        if (!mayRead && !facts) {
            throw new errors/* CredentialRefusedError */.i(`${user} has no permission on ${repository}, or there is no such repository on ${host}. Check the spelling, and grant the robot account Write in Quay under ${repository} → Settings → User and Robot Permissions.`);
        }
        const obstacle = (await this.#session.mayWrite(repository))
            ? stateObstacle(facts)
            : new errors/* CredentialRefusedError */.i(`The robot account ${user} may read ${repository} on ${host} but not delete from it. Grant it Write in Quay under ${repository} → Settings → User and Robot Permissions.`);
        const restorableFor = facts?.restorableFor;
        return {
            repository,
            ...(restorableFor === undefined ? {} : { restorableFor }),
            ...(obstacle ? { obstacle } : {}),
        };
    }
    async knows(repository) {
        return { dates: (await this.#asPublic(repository)) !== undefined, pulls: false, expiry: false };
    }
    async list(repository) {
        return (await this.#asPublic(repository))
            ? this.#anonymous.list(repository)
            : listNames(this.#session, repository);
    }
    async reread(repository, tag) {
        return (await this.#asPublic(repository)) ? this.#anonymous.reread(repository, tag) : { name: tag };
    }
    async lastPull() {
        return 'unknown';
    }
    indexedImages(repository, digest) {
        return readIndexedImages(this.#session, repository, digest);
    }
    async deleter(batch) {
        return (tag) => deleteByRegistry(this.#session, batch, tag);
    }
    async expire() {
        throw new errors/* QuayError */.x('Setting an expiration needs an OAuth token: a robot account cannot. Set `token`, or leave `expire-in` out.');
    }
    /** The facts of a public repository; undefined for a private one, or one that does not exist. */
    #asPublic(repository) {
        let facts = this.#publicFacts.get(repository);
        if (!facts) {
            facts = this.#anonymous.inspect(repository).catch((error) => {
                if (error instanceof errors/* CredentialRefusedError */.i)
                    return undefined;
                throw error;
            });
            this.#publicFacts.set(repository, facts);
        }
        return facts;
    }
}
/** What speaks against deleting whoever asks, such as a mirror: nobody writes anonymously, so a refused credential says nothing here. */
function stateObstacle(facts) {
    return facts?.obstacle instanceof errors/* CredentialRefusedError */.i ? undefined : facts?.obstacle;
}

;// CONCATENATED MODULE: ./lib/quay/v2/jwt.js

/** The claims of a JSON Web Token, unverified: enough to read what a server granted us; undefined if it is none. */
function readClaims(jwt) {
    const payload = jwt.split('.')[1];
    return payload === undefined ? undefined : parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
}

;// CONCATENATED MODULE: ./lib/quay/v2/keyless.js




/** Exchanged passwords are valid for an hour; they are renewed a little before. */
const RENEW_AFTER_MS = 50 * 60 * 1000;
/** Gives the robot account's short-lived password, exchanged at Quay for GitHub's OIDC token, and renews it in time. */
function keylessPassword(signIn) {
    let current;
    return () => {
        const now = performance.now();
        if (!current || now - current.since > RENEW_AFTER_MS)
            current = { password: exchange(signIn), since: now };
        return current.password;
    };
}
async function exchange(signIn) {
    const { registry, http, username, audience } = signIn;
    const idToken = await signIn.requestOidcToken(audience).catch((cause) => {
        throw new errors/* CredentialRefusedError */.i('GitHub gave this job no OIDC token. Add `permissions: id-token: write` to the job (a pull request from a fork never gets one), or set `password`.', { cause });
    });
    signIn.maskSecret(idToken);
    const credentials = Buffer.from(`${username}:${idToken}`).toString('base64');
    signIn.maskSecret(credentials);
    const response = await http.send({
        method: 'GET',
        url: new URL('/oauth2/federation/robot/token', registry.origin),
        lane: 'other',
        headers: { authorization: `Basic ${credentials}` },
    });
    if (response.status !== 200)
        throw refused(signIn, idToken, response);
    const password = asString(parseObject(response.text)?.['token']);
    if (!password)
        throw notQuay(registry.host, response);
    signIn.maskSecret(password);
    return password;
}
function refused({ registry, username }, idToken, response) {
    const said = errorText(response);
    const claims = readClaims(idToken) ?? {};
    const sent = `subject \`${asString(claims['sub']) ?? 'unknown'}\`, audience \`${audienceText(claims['aud'])}\`, issuer \`${asString(claims['iss']) ?? 'unknown'}\``;
    const where = `in Quay under Robot Accounts → ${username} → Set robot federation`;
    const failed = `${registry.host} did not accept GitHub's OIDC token for the robot account ${username} (${response.status})${said}.`;
    if (/does not have federated login/i.test(said)) {
        return new errors/* CredentialRefusedError */.i(`${failed} The robot account has no federation yet: add an entry ${where}. This job sent ${sent}.`);
    }
    if (/audience/i.test(said)) {
        return new errors/* CredentialRefusedError */.i(`${failed} The audience differs from the one ${where}. This job sent ${sent}. Set \`oidc-audience\`, or change the entry.`);
    }
    if (/does not match robot/i.test(said)) {
        return new errors/* CredentialRefusedError */.i(`${failed} The subject matches no entry ${where}. This job sent ${sent}. Add an entry with exactly that subject; every trigger has its own.`);
    }
    if (response.status === 404 || response.status === 405) {
        return new errors/* QuayError */.x(`${failed} Keyless sign-in needs Quay 3.13 or later. Set \`password\`, or use an OAuth \`token\`.`);
    }
    return new errors/* CredentialRefusedError */.i(`${failed} This job sent ${sent}. Compare it with the entry ${where}.`);
}
function audienceText(audience) {
    return Array.isArray(audience) ? audience.join(', ') : (asString(audience) ?? 'unknown');
}

;// CONCATENATED MODULE: ./lib/quay/v2/session.js




/** Signs requests to the registry API with one token per repository, and renews it once for all when it expires. */
class RegistrySession {
    registry;
    account;
    #http;
    #maskSecret;
    #tokens = new Map();
    #realm;
    constructor(options) {
        this.registry = options.registry;
        this.account = options.account;
        this.#http = options.http;
        this.#maskSecret = options.maskSecret;
    }
    /** Whether the registry grants the account `push`, which deleting needs. A missing repository grants nothing. */
    async mayWrite(repository) {
        return (await this.#token(repository)).actions.includes('push');
    }
    /** Whether the registry grants the account anything at all on the repository. */
    async mayRead(repository) {
        return (await this.#token(repository)).actions.length > 0;
    }
    /** The answer, whatever its status; a 401 renews the token and asks once more. */
    async send(request) {
        const used = this.#token(request.repository);
        const response = await this.#sendWith(request, await used);
        if (response.status !== 401)
            return response;
        // All requests in flight meet the same expiry: the first one to see it renews the token for the others.
        if (this.#tokens.get(request.repository) === used)
            this.#tokens.delete(request.repository);
        return this.#sendWith(request, await this.#token(request.repository));
    }
    #sendWith({ method, url, lane, accept, stop, valid }, token) {
        const headers = { authorization: `Bearer ${token.jwt}`, ...(accept ? { accept } : {}) };
        return this.#http.send({
            method,
            url,
            lane,
            headers,
            ...(stop ? { stop } : {}),
            ...(valid ? { valid } : {}),
        });
    }
    #token(repository) {
        const known = this.#tokens.get(repository);
        if (known)
            return known;
        const token = this.#signIn(repository);
        this.#tokens.set(repository, token);
        return token;
    }
    async #signIn(repository) {
        this.#realm ??= this.#findRealm();
        const url = new URL(await this.#realm);
        // `delete` is no action of Quay's, and `*` would need admin: pushing is what deleting needs.
        url.searchParams.set('scope', `repository:${repository}:pull,push`);
        const credentials = Buffer.from(`${this.account.user}:${await this.account.password()}`).toString('base64');
        this.#maskSecret(credentials);
        const response = await this.#http.send({
            method: 'GET',
            url,
            lane: 'auth',
            headers: { authorization: `Basic ${credentials}` },
        });
        if (response.status === 401 || response.status === 403)
            throw this.#refused(response);
        if (response.status !== 200)
            throw this.#unexpected(response, 'signing in');
        const jwt = asString(parseObject(response.text)?.['token']);
        if (!jwt)
            throw notQuay(this.registry.host, response);
        this.#maskSecret(jwt);
        return { jwt, actions: grantedActions(jwt, repository) };
    }
    async #findRealm() {
        const response = await this.#http.send({
            method: 'GET',
            url: new URL('/v2/', this.registry.origin),
            lane: 'other',
        });
        const challenge = response.headers['www-authenticate'] ?? '';
        const realm = URL.parse(/realm="([^"]*)"/.exec(challenge)?.[1] ?? '');
        const service = /service="([^"]*)"/.exec(challenge)?.[1];
        if (response.status !== 401 || !realm || service === undefined)
            throw notQuay(this.registry.host, response);
        if (realm.origin !== this.registry.origin.origin) {
            throw new errors/* QuayError */.x(`${this.registry.host} asks to sign in at ${realm.origin}, another origin, where credentials are never sent. Set \`registry\` to the host that the registry calls itself.`);
        }
        realm.searchParams.set('service', service);
        return realm;
    }
    #refused(response) {
        const { host } = this.registry;
        return this.account.user === '$oauthtoken'
            ? new errors/* CredentialRefusedError */.i(`The token was refused by ${host} (${response.status}).`)
            : new errors/* CredentialRefusedError */.i(`The robot account ${this.account.user} was refused by ${host} (${response.status})${errorText(response)}. Check \`username\` and \`password\`: both are shown in Quay under Robot Accounts → ${this.account.user} → Robot Token.`);
    }
    #unexpected(response, doing) {
        return new errors/* QuayError */.x(`${this.registry.host} answered ${response.status}${errorText(response)} to ${doing} as ${this.account.user}, after ${response.attempts} attempts.`);
    }
}
/** The actions that a registry token grants on a repository. A right that is missing is left out here, not refused. */
function grantedActions(jwt, repository) {
    const access = readClaims(jwt)?.['access'];
    if (!Array.isArray(access))
        return [];
    return access.flatMap((entry) => {
        const actions = isObject(entry) && entry['type'] === 'repository' && entry['name'] === repository
            ? entry['actions']
            : [];
        return Array.isArray(actions) ? actions.filter((action) => typeof action === 'string') : [];
    });
}

;// CONCATENATED MODULE: ./lib/quay/open.js





/** Chooses the way to speak to a Quay by the credentials. Nothing else asks for their kind. */
function openTagStore(credentials, connection) {
    const { registry, http, now } = connection;
    const anonymous = () => new RestStore({ api: new RestApi(registry, http, { kind: 'anonymous' }), now });
    const session = (user, password) => new RegistrySession({ ...connection, account: { user, password } });
    switch (credentials.kind) {
        case 'oauth': {
            const { token } = credentials;
            const fastLane = session('$oauthtoken', async () => token);
            return new RestStore({ api: new RestApi(registry, http, { kind: 'oauth', token }), fastLane, now });
        }
        case 'robot': {
            const { username, password } = credentials;
            return new RegistryStore({ session: session(username, async () => password), anonymous: anonymous() });
        }
        case 'oidc': {
            const { username, audience } = credentials;
            return new RegistryStore({
                session: session(username, keylessPassword({ ...connection, username, audience })),
                anonymous: anonymous(),
            });
        }
        case 'anonymous':
            return anonymous();
        default:
            return credentials;
    }
}

;// CONCATENATED MODULE: ./lib/report/format.js
const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
/** `1,000` */
function formatCount(count) {
    return wholeNumber.format(count);
}
/** `1 tag`, `1,000 tags` */
function countOf(count, noun) {
    return `${formatCount(count)} ${count === 1 ? noun : plural(noun)}`;
}
function plural(noun) {
    return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
/** `512 B`, `48.2 MiB` */
function formatSize(bytes) {
    let amount = bytes;
    let unit = 0;
    while (amount >= 1024 && unit < SIZE_UNITS.length - 1) {
        amount /= 1024;
        unit += 1;
    }
    return `${(amount < 100 ? oneDecimal : wholeNumber).format(amount)} ${SIZE_UNITS[unit]}`;
}
/** The latest time a Date can hold, in seconds. */
const LAST_TIME = 8_640_000_000_000;
/** `2024-05-21T20:41:03Z`; undefined for a time that no calendar holds. */
function isoTime(seconds) {
    if (!(Math.abs(seconds) <= LAST_TIME))
        return undefined;
    return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
/** `2024-05-21 20:41`, in UTC */
function formatTime(seconds) {
    return (isoTime(seconds)
        ?.replace('T', ' ')
        .replace(/:\d\dZ$/, '') ?? 'unknown');
}
const DURATION_UNITS = [
    { seconds: 86_400, name: 'd' },
    { seconds: 3600, name: 'h' },
    { seconds: 60, name: 'min' },
];
/** `14d`, `36h`, `90s`: the largest unit that measures the duration exactly, as the inputs read it. */
function formatDuration(seconds) {
    const unit = DURATION_UNITS.find((candidate) => seconds > 0 && seconds % candidate.seconds === 0);
    return unit ? `${seconds / unit.seconds}${unit.name}` : `${seconds}s`;
}
/** `16 s`, `12 min`, `2 h 5 min` */
function formatTimeLeft(seconds) {
    if (seconds < 90)
        return `${Math.max(1, Math.round(seconds))} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 60)
        return `${minutes} min`;
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
/** `48`, or `0.4` below ten. */
function formatRate(perSecond) {
    return (perSecond < 10 ? oneDecimal : wholeNumber).format(perSecond);
}
/** `57583a1b9c0a` of `sha256:57583a1b9c0a…` */
function shortDigest(digest) {
    return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}
/** The text, cut to a length in UTF-16 code units. */
function clip(text, length) {
    return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

;// CONCATENATED MODULE: ./lib/report/tally.js
/** Sorts the tags of every repository by what became of them. */
function tallyRun(run) {
    return run.repositories.map((repository) => tallyRepository(run, repository));
}
function tallyRepository(run, repository) {
    const lists = {
        deleted: [],
        expiring: [],
        failed: [],
        pending: [],
        spared: [],
        kept: [],
    };
    for (const tag of repository.tags)
        lists[fateOf(tag)].push(tag);
    const attempted = lists.deleted.length + lists.failed.length > 0;
    return {
        repository,
        ...lists,
        remaining: repository.remaining ?? presumablyRemaining(run, repository),
        remainingIsCertain: repository.remaining !== undefined || !attempted || run.mode.kind === 'expire',
    };
}
function fateOf({ verdict, outcome }) {
    if (verdict.kind === 'keep')
        return 'kept';
    switch (outcome?.kind) {
        case undefined:
        case 'not-attempted':
            return 'pending';
        case 'deleted':
        case 'gone':
            return 'deleted';
        case 'kept':
            return 'spared';
        case 'expiring':
        case 'failed':
            return outcome.kind;
        default:
            return outcome;
    }
}
/** What was listed, without what was deleted or, in a dry run, would be. */
function presumablyRemaining({ dryRun, mode, stopped, error }, { tags }) {
    const planIsGone = dryRun && mode.kind === 'delete' && stopped === undefined && error === undefined;
    return tags
        .filter((tag) => {
        const fate = fateOf(tag);
        return fate !== 'deleted' && !(fate === 'pending' && planIsGone);
    })
        .map(({ tag, outcome }) => outcome?.kind === 'expiring' ? { ...tag, expiration: outcome.expiration } : tag);
}
/** Counts the tags of the given repositories together. */
function totalsOf(tallies) {
    const sum = (count) => tallies.reduce((total, tally) => total + count(tally), 0);
    return {
        listed: sum(({ repository }) => repository.tags.length),
        selected: sum(({ repository, kept }) => repository.tags.length - kept.length),
        deleted: sum(({ deleted }) => deleted.length),
        expiring: sum(({ expiring }) => expiring.length),
        failed: sum(({ failed }) => failed.length),
        pending: sum(({ pending }) => pending.length),
        remaining: sum(({ remaining }) => remaining.length),
    };
}

;// CONCATENATED MODULE: ./lib/report/describe-cleanup.js


/** Whether the run shows a plan instead of carrying it out. */
function isPlanOnly({ dryRun, stopped }) {
    return dryRun || stopped?.kind === 'guard';
}
/**
 * What the run did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
function describeRun(run, name = (repository) => repository) {
    const totals = totalsOf(tallyRun(run));
    const place = placeOf(run, name);
    return [...troubles(run, { totals, place }), ...achievement(run, { totals, place })].join(' ');
}
function placeOf({ repositories }, name) {
    const [only] = repositories;
    return only && repositories.length === 1
        ? name(only.repository)
        : countOf(repositories.length, 'repository');
}
function* troubles(run, { totals, place }) {
    if (run.error !== undefined && run.stopped === undefined)
        yield 'The run failed.';
    switch (run.stopped?.kind) {
        case undefined:
            break;
        case 'cancelled':
            yield 'The run was cancelled.';
            break;
        case 'time-budget':
            yield `The time budget of ${run.stopped.duration} is used up.`;
            break;
        case 'credential-refused':
            yield 'The credential was refused.';
            break;
        case 'guard':
            yield `The plan was refused, and nothing was ${run.mode.kind === 'delete' ? 'deleted' : 'changed'}.`;
            break;
        default:
            run.stopped;
    }
    if (totals.failed > 0) {
        yield `Failed to ${run.mode.kind === 'delete' ? 'delete' : 'set the expiration of'} ${countOf(totals.failed, 'tag')}.`;
    }
    const failing = run.repositories.filter(({ error }) => error !== undefined).length;
    if (failing > 0)
        yield run.repositories.length === 1 ? `${place} failed.` : `${formatCount(failing)} of ${place} failed.`;
}
function* achievement(run, { totals, place }) {
    const planOnly = isPlanOnly(run);
    const done = planOnly ? totals.pending : totals.deleted + totals.expiring;
    const troubled = run.error !== undefined || run.repositories.some(({ error }) => error !== undefined);
    if (totals.selected === 0 && !troubled) {
        yield nothingToDo(run, { totals, place });
        return;
    }
    yield totals.listed === 0 || (done === 0 && troubled)
        ? `Nothing was ${run.mode.kind === 'delete' ? 'deleted' : 'changed'}.`
        : `${verb(run.mode, planOnly)} ${formatCount(done)} of ${countOf(totals.listed, 'tag')} in ${place}${manner(run.mode)}.`;
    if (run.dryRun)
        yield 'This was a dry run: nothing was changed.';
    else if (!planOnly && totals.pending > 0)
        yield `${countOf(totals.pending, 'selected tag')} ${totals.pending === 1 ? 'was' : 'were'} not attempted.`;
}
function verb(mode, planOnly) {
    if (mode.kind === 'delete')
        return planOnly ? 'Would delete' : 'Deleted';
    return planOnly ? 'Would set' : 'Set';
}
function manner(mode) {
    return mode.kind === 'delete' ? '' : ` to expire in ${mode.duration}`;
}
function nothingToDo({ mode, repositories }, { totals, place }) {
    const opening = mode.kind === 'delete' ? 'Nothing to delete' : 'Nothing to expire';
    if (repositories.length === 0)
        return `${opening}: no repository was selected.`;
    if (totals.listed === 0)
        return `${opening}: ${place} ${repositories.length === 1 ? 'has' : 'have'} no tags.`;
    const matches = repositories.some(({ tags }) => tags.some(({ verdict }) => verdict.reason.kind !== 'not-matched'));
    if (!matches)
        return `${opening}: none of the ${countOf(totals.listed, 'tag')} in ${place} matches.`;
    return `${opening}: ${totals.listed === 1 ? 'the only tag' : `all ${countOf(totals.listed, 'tag')}`} in ${place} ${totals.listed === 1 ? 'stays' : 'stay'}.`;
}

;// CONCATENATED MODULE: ./lib/report/tag-outputs.js
/**
 * UTF-16 bytes that all outputs of a job may have together: GitHub's 1 MB.
 *
 * Source: https://github.com/github/docs/blob/main/data/reusables/actions/output-limitations.md
 */
const MAX_OUTPUT_BYTES = 1_000_000;
/** What is left of it to the counts, the report's path and the names of all outputs. */
const RESERVED_BYTES = 20_000;
/**
 * An array and a count for each name. While all are too large together, the largest arrays are left empty.
 *
 * @param remedy - a sentence that says where else the tags are
 */
function tagOutputs(arrays, remedy) {
    const values = new Map(Object.entries(arrays).map(([name, tags]) => [name, JSON.stringify(tags)]));
    const emptied = emptyLargest(values);
    const outputs = Object.entries(arrays).flatMap(([name, tags]) => [
        { name, value: values.get(name) ?? '' },
        { name: `${name}-count`, value: String(tags.length) },
    ]);
    return { outputs, warnings: emptied.length === 0 ? [] : [`${tooLarge(emptied)} ${remedy}`] };
}
function emptyLargest(values) {
    const size = () => [...values.values()].reduce((sum, value) => sum + value.length * 2, 0);
    const emptied = [];
    while (size() > MAX_OUTPUT_BYTES - RESERVED_BYTES) {
        const [largest] = [...values].reduce((one, other) => (other[1].length > one[1].length ? other : one));
        values.set(largest, '');
        emptied.push(largest);
    }
    return emptied;
}
function tooLarge(names) {
    const quoted = names.map((name) => `\`${name}\``).join(' and ');
    const [outputs, are] = names.length === 1 ? ['output', 'is'] : ['outputs', 'are'];
    return `The ${outputs} ${quoted} ${are} empty, as GitHub takes no more than 1 MB; the counts are right.`;
}

;// CONCATENATED MODULE: ./lib/report/outputs.js


/** The outputs of the cleanup action: JSON arrays of `namespace/name:tag`, their counts, and the path of the report. */
function actionOutputs(run) {
    const tallies = tallyRun(run);
    const names = (tagsOf) => tallies.flatMap((tally) => Array.from(tagsOf(tally), ({ name }) => `${tally.repository.repository}:${name}`));
    const arrays = {
        selected: names(({ repository }) => repository.tags.filter(({ verdict }) => verdict.kind === 'delete').map(({ tag }) => tag)),
        deleted: names(({ deleted }) => deleted.map(({ tag }) => tag)),
        failed: names(({ failed }) => failed.map(({ tag }) => tag)),
        remaining: names(({ remaining }) => remaining),
    };
    const { outputs, warnings } = tagOutputs(arrays, 'All tags are in the file that `report` names.');
    return {
        outputs: [...outputs, { name: 'report', value: run.reportPath ?? '' }],
        warnings: [
            ...tallies.filter(({ remainingIsCertain }) => !remainingIsCertain).map(uncertainty),
            ...warnings,
        ],
    };
}
function uncertainty({ repository }) {
    return `${repository.repository} could not be listed again: its part of \`remaining\` is what was listed before, without what was deleted.`;
}

// EXTERNAL MODULE: ./lib/runner/log.js
var log = __nccwpck_require__(3188);
;// CONCATENATED MODULE: ./lib/model/invalid-input.js
/** Something the user wrote is not valid. The message says what was found and what to write instead. */
class InvalidInputError extends Error {
    name = 'InvalidInputError';
}

;// CONCATENATED MODULE: ./lib/model/quote.js
const LONGEST_QUOTE = 120;
/** The text in double quotes for a message: on one line, without invisible characters, a long one cut short. */
function quote(text) {
    const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
    return JSON.stringify(shown).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

;// CONCATENATED MODULE: ./lib/selection/patterns/lines.js

/** The lines of an input that say something, each once: trimmed, without blank ones and `#` comments. */
function meaningfulLines(text) {
    const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
    return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}
/** Reads every line, also after one that `parse` refuses with an InvalidInputError. */
function readLines(lines, parse) {
    const values = [];
    const problems = [];
    for (const line of lines) {
        try {
            values.push(parse(line));
        }
        catch (error) {
            if (!(error instanceof InvalidInputError))
                throw error;
            problems.push(error);
        }
    }
    return { values, problems };
}

;// CONCATENATED MODULE: ./lib/selection/patterns/glob.js


/**
 * Reads `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`; everything else stands for itself.
 *
 * @throws InvalidInputError for a class that is not closed, or whose range is upside down
 */
function parseGlob(text) {
    const steps = [];
    for (let index = 0; index < text.length;) {
        const end = text[index] === '[' ? classEnd(text, index) + 1 : index + partLength(text, index);
        steps.push(readStep(text, text.slice(index, end)));
        index = end;
    }
    return steps;
}
function partLength(text, index) {
    return /^(?:\*+|\?|[^*?[]+)/.exec(text.slice(index))?.[0].length ?? 1;
}
function readStep(text, part) {
    if (part.startsWith('*'))
        return { kind: 'any' };
    if (part === '?')
        return { kind: 'one', accepts: (character) => character !== '/' };
    if (part.startsWith('['))
        return { kind: 'one', accepts: readClass(text, part) };
    return { kind: 'text', text: part };
}
/** Where the character class that begins at `start` ends. */
function classEnd(text, start) {
    // A closing bracket right at the beginning belongs to the class.
    const opening = /^\[[!^]?\]?/.exec(text.slice(start, start + 3))?.[0].length ?? 1;
    const end = text.indexOf(']', start + opening);
    if (end >= 0)
        return end;
    throw new InvalidInputError(`${quote(text)} opens a bracket that is not closed. Write \`[abc]\`.`);
}
function readClass(text, part) {
    const [, negation, members = ''] = /^\[([!^]?)(.*)\]$/s.exec(part) ?? [];
    try {
        const regex = new RegExp(`[${negation ? '^/' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]`);
        return (character) => character !== '/' && regex.test(character);
    }
    catch (cause) {
        throw new InvalidInputError(`${quote(text)} has the range ${quote(part)}, which is upside down. Write for example \`[a-z]\`.`, { cause });
    }
}
/** Whether the glob matches the whole name. Takes at most as many steps as the glob and the name have characters, multiplied. */
function fits(glob, name) {
    return endsOf(glob, name).includes(name.length);
}
/** The lengths of all beginnings of the name that the glob matches, ascending. */
function endsOf(glob, name) {
    let cuts = [0];
    for (const step of glob) {
        if (cuts.length === 0)
            break;
        cuts = step.kind === 'any' ? spread(cuts, name) : advance(cuts, step, name);
    }
    return cuts;
}
/** The places in the name from which the glob, {@link mirrored}, matches all the rest. */
function startsOf(mirroredGlob, name) {
    return endsOf(mirroredGlob, reversed(name)).map((length) => name.length - length);
}
function advance(cuts, step, name) {
    const reached = [];
    for (const cut of cuts) {
        if (step.kind === 'text') {
            if (name.startsWith(step.text, cut))
                reached.push(cut + step.text.length);
        }
        else if (cut < name.length && step.accepts(name.charAt(cut)))
            reached.push(cut + 1);
    }
    return reached;
}
/** Every cut from the given ones (ascending) up to the next `/`, each once. */
function spread(cuts, name) {
    const reached = [];
    for (const cut of cuts) {
        if (cut <= (reached.at(-1) ?? -1))
            continue;
        const slash = name.indexOf('/', cut);
        const last = slash < 0 ? name.length : slash;
        for (let next = cut; next <= last; next += 1)
            reached.push(next);
    }
    return reached;
}
/** The glob that matches the same names read backwards. */
function mirrored(glob) {
    return glob
        .map((step) => (step.kind === 'text' ? { kind: step.kind, text: reversed(step.text) } : step))
        .toReversed();
}
function reversed(text) {
    let result = '';
    for (const character of text)
        result = character + result;
    return result;
}

;// CONCATENATED MODULE: ./lib/selection/patterns/braces.js



const MOST_ALTERNATIVES = 1000;
/**
 * Expands `{a,b}`, also nested, into globs without alternatives. `{pr}` and `{branch}` stand as they are.
 *
 * @throws InvalidInputError for a brace without its other half, and for more than 1,000 alternatives
 */
function expandBraces(glob) {
    const expanded = new Set();
    const open = [glob];
    for (let steps = 0;; steps += 1) {
        const next = open.pop();
        if (next === undefined)
            return [...expanded];
        const brace = findBrace(next);
        if (brace) {
            open.push(...brace.choices.map((choice) => next.slice(0, brace.start) + choice + next.slice(brace.end + 1)));
        }
        else
            expanded.add(next);
        if (open.length + expanded.size > MOST_ALTERNATIVES || steps > 2 * MOST_ALTERNATIVES)
            throw tooMany(glob);
    }
}
/** The first pair of braces that holds alternatives, with its parts at the outermost commas. */
function findBrace(glob) {
    for (let start = 0; start < glob.length; start += 1) {
        const placeholder = /^\{(?:pr|branch)\}/.exec(glob.slice(start, start + '{branch}'.length));
        if (placeholder)
            start += placeholder[0].length - 1;
        else if (glob[start] === '[')
            start = classEnd(glob, start);
        else if (glob[start] === '{')
            return splitBrace(glob, start);
        else if (glob[start] === '}') {
            throw new InvalidInputError(`${quote(glob)} closes a brace that was not opened. Write \`{a,b}\`.`);
        }
    }
    return undefined;
}
function splitBrace(glob, start) {
    const choices = [];
    let depth = 0;
    let from = start + 1;
    for (let index = start; index < glob.length; index += 1) {
        const character = glob[index];
        if (character === '[')
            index = classEnd(glob, index);
        else if (character === '{')
            depth += 1;
        else if (character === '}')
            depth -= 1;
        if ((character === ',' && depth === 1) || depth === 0) {
            choices.push(glob.slice(from, index));
            from = index + 1;
        }
        if (depth > 0)
            continue;
        if (choices.length === 1)
            throw noChoice(glob, choices[0] ?? '');
        return { start, end: index, choices };
    }
    throw new InvalidInputError(`${quote(glob)} opens a brace that is not closed. Write \`{a,b}\`.`);
}
function noChoice(glob, content) {
    return new InvalidInputError(`${quote(glob)} has ${quote(`{${content}}`)}, which is no choice. Write alternatives such as \`{a,b}\`, or a placeholder: \`{pr}\` or \`{branch}\`.`);
}
function tooMany(glob) {
    return new InvalidInputError(`${quote(glob)} stands for more than ${MOST_ALTERNATIVES} patterns. Write fewer alternatives in braces.`);
}

;// CONCATENATED MODULE: ./lib/selection/patterns/glob-pattern.js





/**
 * Reads a glob such as `pr-{pr}*`.
 *
 * @throws InvalidInputError
 */
function parseGlobPattern(text) {
    refuseWhatIsNoTag(text);
    const globs = expandBraces(text);
    for (const glob of globs)
        refuseImpossible(text, glob);
    const placeholder = placeholderOf(text, globs);
    if (!placeholder) {
        const parsed = globs.map(parseGlob);
        return { text, match: (names) => names.map((name) => matchWhole(parsed, name)) };
    }
    const frames = globs.map((glob) => {
        const [before = '', after = ''] = glob.split(`{${placeholder}}`);
        return { before: parseGlob(before), after: mirrored(parseGlob(after)) };
    });
    const match = placeholder === 'pr' ? matchNumber : matchBranch;
    return { text, placeholder, match: (names) => names.map((name) => match(frames, name)) };
}
const PLAIN = { kind: 'plain' };
function matchWhole(globs, name) {
    return globs.some((glob) => fits(glob, name)) ? PLAIN : undefined;
}
/** Reads every whole number, without a leading zero, that may stand in the placeholder's place. */
function matchNumber(frames, name) {
    const places = placesIn(frames, name);
    if (places.length === 0)
        return undefined;
    const runs = [...name.matchAll(/(?<!\d)[1-9]\d*/g)].filter(({ 0: digits, index }) => places.some(({ starts, ends }) => starts.includes(index) && ends.includes(index + digits.length)));
    if (runs.length === 0)
        return undefined;
    return { kind: 'pull-request', numbers: [...new Set(runs.map(([digits]) => digits))] };
}
/** Reads every part of the name that may stand in the placeholder's place. */
function matchBranch(frames, name) {
    const places = placesIn(frames, name);
    let likely = '';
    for (const { starts, ends } of places) {
        const longest = name.slice(starts[0], ends[0]);
        if (longest.length > likely.length)
            likely = longest;
    }
    return likely === '' ? undefined : { kind: 'branch', likely, readings: partsBetween(places, name) };
}
function partsBetween(places, name) {
    return {
        *[Symbol.iterator]() {
            for (const { starts, ends } of places)
                for (const start of starts)
                    for (const end of ends)
                        if (end > start)
                            yield name.slice(start, end);
        },
    };
}
/** Where in the name the placeholder's text may start and end. */
function placesIn(frames, name) {
    const places = [];
    for (const { before, after } of frames) {
        const starts = endsOf(before, name);
        const ends = starts.length === 0 ? [] : startsOf(after, name);
        if (ends.length > 0)
            places.push({ starts, ends });
    }
    return places;
}
function placeholderOf(text, globs) {
    const found = globs.map((glob) => glob.match(/(?<=\{)(?:pr|branch)(?=\})/g) ?? []);
    const kinds = new Set(found.flat());
    if (kinds.size > 1 || found.some(({ length }) => length > 1)) {
        throw new InvalidInputError(`${quote(text)} has two placeholders. Write one \`{pr}\` or one \`{branch}\` in a pattern.`);
    }
    if (kinds.size > 0 && found.some(({ length }) => length === 0)) {
        throw new InvalidInputError(`${quote(text)} has a placeholder in some alternatives and none in others. Write them on lines of their own.`);
    }
    return kinds.has('pr') ? 'pr' : kinds.has('branch') ? 'branch' : undefined;
}
function refuseWhatIsNoTag(text) {
    if (/^sha256:/.test(text) || text.includes('@')) {
        throw new InvalidInputError(`${quote(text)} is a digest. Tags are deleted by name only: deleting a digest would take every tag that shares it.`);
    }
    if (text.includes(':')) {
        throw new InvalidInputError(`${quote(text)} holds a colon. The repository belongs in \`repository\`; write the tag's name alone.`);
    }
    if (text.includes('/')) {
        throw new InvalidInputError(`${quote(text)} holds a slash, which no tag does. Write a regular expression between slashes (\`/^pr-/\`), and a repository in \`repository\`.`);
    }
}
/** Refuses a glob that can match no tag, which is a slip of the pen. */
function refuseImpossible(text, glob) {
    const withoutClasses = glob
        .replace(/\{(?:pr|branch)\}/g, '?')
        .replace(/\[[!^]?(\]?[^\]]*)\]/g, (_, members) => (/^[\w.-]+$/.test(members) ? '?' : members));
    const foreign = /[^\w.\-*?]/u.exec(withoutClasses)?.[0];
    if (foreign === ',') {
        throw new InvalidInputError(`${quote(text)} holds a comma. Write one pattern a line, or alternatives in braces: \`{a,b}\`.`);
    }
    if (foreign !== undefined) {
        throw new InvalidInputError(`${quote(text)} holds ${named(foreign)}, which no tag does. Write one pattern a line, of letters, digits, \`_\`, \`.\`, \`-\` and wildcards.`);
    }
    if (/^[.-]/.test(glob) || withoutClasses.replaceAll('*', '').length > LONGEST_TAG) {
        throw new InvalidInputError(`${quote(text)} can match no tag: a tag has at most ${LONGEST_TAG} characters and begins with a letter, a digit or \`_\`.`);
    }
}
function named(character) {
    if (character === ' ')
        return 'a space';
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return /[\x21-\x7e]/.test(character) ? quote(character) : `${quote(character)} (U+${code})`;
}

;// CONCATENATED MODULE: external "node:vm"
const external_node_vm_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:vm");
;// CONCATENATED MODULE: ./lib/selection/patterns/time-limit.js

/** Made once, because making a context takes longer than most work in it. */
let sandbox;
/**
 * Runs pure work that may take for ever, such as a regular expression that backtracks without end.
 *
 * V8 looks for a termination inside its regular expression engine too, so that the time limit of `node:vm` ends both.
 *
 * @throws what `onTimeout` returns, when the work is not through after `milliseconds`
 */
function withinTime(milliseconds, { work, onTimeout }) {
    let result;
    sandbox ??= (0,external_node_vm_namespaceObject.createContext)();
    sandbox['run'] = () => {
        result = { value: work() };
    };
    try {
        (0,external_node_vm_namespaceObject.runInContext)('run()', sandbox, { timeout: milliseconds });
    }
    catch (error) {
        throw isTimeout(error) ? onTimeout() : error;
    }
    if (!result)
        throw new Error('The work ended without a result.');
    return result.value;
}
function isTimeout(error) {
    return (typeof error === 'object' &&
        error !== null &&
        'code' in error &&
        error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT');
}

;// CONCATENATED MODULE: ./lib/selection/patterns/regex-pattern.js



/** How long one regular expression may take on all names, in milliseconds. */
const TIME_LIMIT = 3000;
/**
 * Makes a pattern of a regular expression, with `(?<pr>…)` or `(?<branch>…)` as its placeholder.
 *
 * @param parts - `source` and `flags` of the `text`
 * @throws InvalidInputError
 */
function parseRegexPattern(text, { source, flags }) {
    if (source === '')
        throw new InvalidInputError(`${quote(text)} is empty. Write a pattern between the slashes.`);
    if (!/^i?$/.test(flags)) {
        throw new InvalidInputError(`${quote(text)} has the flags ${quote(flags)}. Only \`i\` (ignore case) is of use here: end it with \`/i\` or \`/\`.`);
    }
    const regex = compile(text, source, flags);
    const placeholder = regex_pattern_placeholderOf(text, compile(text, `(?:)|(?:${source})`, flags));
    const everywhere = compile(text, source, `dg${flags}`);
    const read = placeholder
        ? (name) => readName(name, { regex: everywhere, placeholder })
        : (name) => (regex.test(name) ? regex_pattern_PLAIN : undefined);
    return {
        text,
        match: (names) => matchInTime(text, () => names.map(read)),
        ...(placeholder && { placeholder }),
    };
}
const regex_pattern_PLAIN = { kind: 'plain' };
function compile(text, source, flags) {
    try {
        return new RegExp(source, flags);
    }
    catch (cause) {
        throw unusable(text, cause);
    }
}
function unusable(text, cause) {
    const why = cause instanceof Error ? cause.message.replace(/^.*\/[a-z]*: /s, '') : String(cause);
    return new InvalidInputError(`${quote(text)} does not work as a regular expression: ${why}. Mend it, or write a simpler one.`, { cause });
}
/** @param regex - one that matches the empty text, and so tells the names of all its groups */
function regex_pattern_placeholderOf(text, regex) {
    const [group, second] = Object.keys(regex.exec('')?.groups ?? {});
    if (second !== undefined) {
        throw new InvalidInputError(`${quote(text)} has two named groups. Write one \`(?<pr>…)\` or one \`(?<branch>…)\` in a pattern, and \`(?:…)\` for other groups.`);
    }
    if (group === undefined || group === 'pr' || group === 'branch')
        return group;
    throw new InvalidInputError(`${quote(text)} has the group \`(?<${group}>…)\`, which means nothing here. Write \`(?<pr>…)\`, \`(?<branch>…)\`, or \`(?:…)\`.`);
}
function matchInTime(text, work) {
    const tooSlow = new InvalidInputError(`The pattern ${quote(text)} takes too long: it backtracks without end. Write it without nested repetitions, such as \`a+\` instead of \`(a+)+\`.`);
    try {
        return withinTime(TIME_LIMIT, { work, onTimeout: () => tooSlow });
    }
    catch (error) {
        // V8 refuses some expressions, such as too large ones, only when they run.
        throw error instanceof SyntaxError || error instanceof RangeError ? unusable(text, error) : error;
    }
}
function readName(name, { regex, placeholder }) {
    const matches = [...name.matchAll(regex)];
    if (matches.length === 0)
        return undefined;
    const places = matches.map(({ indices }) => indices?.groups?.[placeholder]);
    const found = places.filter((place) => place !== undefined);
    // A group that took no part in a match leaves open what the tag belongs to.
    const known = found.length === places.length ? found : [];
    return placeholder === 'pr' ? readNumber(name, known) : readBranch(name, known);
}
function readNumber(name, places) {
    const whole = places.filter(([start, end]) => /^[1-9]\d*$/.test(name.slice(start, end)) && !/\d/.test(name.charAt(start - 1) + name.charAt(end)));
    if (places.length > 0 && whole.length === 0)
        return undefined;
    return { kind: 'pull-request', numbers: [...new Set(whole.map((place) => name.slice(...place)))] };
}
/** The group may have taken less than the branch's whole name, so that everything around it counts too. */
function readBranch(name, places) {
    const taken = places.filter(([start, end]) => end > start);
    const [first] = taken;
    if (!first)
        return { kind: 'branch', readings: [] };
    const readings = {
        *[Symbol.iterator]() {
            for (const [from, to] of taken)
                for (let start = from; start >= 0; start -= 1)
                    for (let end = to; end <= name.length; end += 1)
                        yield name.slice(start, end);
        },
    };
    return { kind: 'branch', likely: name.slice(...first), readings };
}

;// CONCATENATED MODULE: ./lib/selection/patterns/parse-pattern.js




const LONGEST_PATTERN = 4000;
/**
 * Reads a glob (`pr-{pr}*`) or a regular expression (`/^pr-\d+$/i`).
 *
 * @throws InvalidInputError
 */
function parsePattern(text, role) {
    if (text.length > LONGEST_PATTERN) {
        throw new InvalidInputError(`${quote(text)} has ${text.length} characters. Write a pattern of at most ${LONGEST_PATTERN}, and one a line.`);
    }
    const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
    const pattern = source === undefined ? parseGlobPattern(text) : parseRegexPattern(text, { source, flags });
    if (role === 'exclude-tags' && pattern.placeholder)
        throw placeholderInExclusion(pattern);
    return pattern;
}
function placeholderInExclusion({ text, placeholder }) {
    const remedy = text.startsWith('/')
        ? `Write \`(?:…)\` instead of \`(?<${placeholder}>…)\`.`
        : `Write \`*\` in its place: ${quote(text.replaceAll(`{${placeholder}}`, '*').replace(/\*+/g, '*'))}.`;
    return new InvalidInputError(`${quote(text)} has a placeholder, and an exclusion takes tags out whatever their ${placeholder === 'pr' ? 'pull request' : 'branch'}. ${remedy}`);
}

;// CONCATENATED MODULE: ./lib/selection/rules.js




/**
 * Reads the inputs `tags` and `exclude-tags`, a pattern a line; `!pattern` in `tags` excludes too.
 *
 * @throws AggregateError of every InvalidInputError
 */
function parsePatterns({ tags, excludeTags, }) {
    const lines = meaningfulLines(tags);
    const wanted = lines.filter((line) => !line.startsWith('!'));
    const negated = lines.filter((line) => line.startsWith('!'));
    const read = {
        tags: readLines(wanted, (line) => parseLine(line, { input: 'tags', role: 'tags' })),
        negated: readLines(negated, (line) => parseLine(line.slice(1).trim(), { input: 'tags', role: 'exclude-tags' })),
        exclude: readLines(meaningfulLines(excludeTags), (line) => parseLine(line, { input: 'exclude-tags', role: 'exclude-tags' })),
    };
    const problems = [
        ...(wanted.length === 0 ? [new InvalidInputError(NO_TAGS)] : []),
        ...Object.values(read).flatMap((lines) => lines.problems),
    ];
    if (problems.length > 0)
        throw new AggregateError(problems, 'Some patterns are not valid.');
    return { tags: read.tags.values, exclude: [...read.negated.values, ...read.exclude.values] };
}
const NO_TAGS = '`tags` names no tags to delete. Write at least one pattern, such as `pr-*`.';
function parseLine(text, { input, role }) {
    try {
        if (text === '') {
            throw new InvalidInputError('`!` stands alone. Write the pattern behind it, such as `!v*`.');
        }
        if (text.startsWith('!')) {
            throw new InvalidInputError(`${quote(text)} has a \`!\` too many: an exclusion cannot be taken back. Write the pattern to exclude without it.`);
        }
        return parsePattern(text, role);
    }
    catch (error) {
        if (!(error instanceof InvalidInputError))
            throw error;
        throw new InvalidInputError(`\`${input}\`: ${error.message}`, { cause: error.cause });
    }
}
/** The names that the patterns mean, whatever else is asked of them. */
function selectedBy({ tags, exclude }, names) {
    const matching = (patterns) => new Set(patterns.flatMap((pattern) => matchedBy(pattern, names)));
    const excluded = matching(exclude);
    return new Set([...matching(tags)].filter((name) => !excluded.has(name)));
}
/** The exclusions that match none of the names: protection that protects nothing. */
function unusedExclusions(exclude, names) {
    return exclude.filter((pattern) => matchedBy(pattern, names).length === 0).map(({ text }) => text);
}
function matchedBy(pattern, names) {
    const matches = pattern.match(names);
    return names.filter((_, index) => matches[index] !== undefined);
}

;// CONCATENATED MODULE: ./lib/report/reason-text.js
/** Why this tag goes or stays, in a few words. */
function describeReason(reason) {
    switch (reason.kind) {
        case 'not-matched':
            return 'matches no pattern';
        case 'excluded':
            return `excluded by "${reason.pattern}"`;
        case 'immutable':
            return 'immutable';
        case 'placeholder-empty':
            return `"${reason.pattern}" matches, but does not tell of what the tag is`;
        case 'ambiguous':
            return `"${reason.pattern}" is ambiguous here: pull request ${reason.readings.map((number) => `#${number}`).join(' or ')}`;
        case 'other-pull-request':
            return `of pull request #${reason.number}, and this run is for #${reason.event}`;
        case 'pull-request-open':
            return `pull request #${reason.number} is open`;
        case 'pull-request-unknown':
            return `pull request #${reason.number} was not found`;
        case 'pull-request-not-asked':
            return `pull request #${reason.number} was not looked up`;
        case 'other-branch':
            return reason.event === null
                ? 'this run is for no branch'
                : `this run is for the branch ${reason.event}`;
        case 'branch-exists':
            return `branch ${reason.branch} exists`;
        case 'branches-not-asked':
            return 'the branches were not looked up';
        case 'among-newest':
            return `among the newest ${reason.keep}`;
        case 'date-unknown':
            return `last modified is unknown, which ${reason.condition} needs`;
        case 'newer-than':
            return `newer than ${reason.duration}`;
        case 'pulled-within':
            return `pulled within ${reason.duration}`;
        case 'pulls-unknown':
            return 'last pull is unknown';
        case 'pulls-not-asked':
            return 'the last pull was not looked up';
        case 'expires-sooner':
            return 'expires sooner already';
        case 'signature-of-living-image':
            return `signature of ${reason.tag}, which stays`;
        case 'signature-may-be-in-use':
            return `its image may be part of ${reason.tag}, which stays`;
        case 'matched':
            return `matches "${reason.pattern}"`;
        case 'pull-request-closed':
            return `pull request #${reason.number} is ${reason.merged ? 'merged' : 'closed'}`;
        case 'branch-gone':
            return `no branch ${reason.reading} exists`;
        case 'orphaned-signature':
            return 'signature of an image that has no tag left';
        default:
            return reason;
    }
}
/** The same for a count of tags: without the numbers and names of one tag. */
function summariseReason(reason) {
    switch (reason.kind) {
        case 'ambiguous':
            return `"${reason.pattern}" is ambiguous`;
        case 'other-pull-request':
            return `of another pull request than #${reason.event}`;
        case 'pull-request-open':
            return 'pull request is open';
        case 'pull-request-unknown':
            return 'pull request was not found';
        case 'pull-request-not-asked':
            return 'pull request was not looked up';
        case 'branch-exists':
            return 'branch exists';
        case 'pull-request-closed':
            return `pull request is ${reason.merged ? 'merged' : 'closed'}`;
        case 'branch-gone':
            return 'branch is gone';
        case 'signature-of-living-image':
            return 'signature of an image that stays';
        case 'signature-may-be-in-use':
            return 'signature that may be in use';
        default:
            return describeReason(reason);
    }
}

;// CONCATENATED MODULE: ./lib/report/plan-lines.js




/** How many planned tags of a repository the log names; the report has them all. */
const NAMED_TAGS = 20;
/** Says in the log what is to go and why, and how many stay for which reason. */
function logPlan(plans) {
    for (const { repository, tags } of plans) {
        const going = tags.filter(({ verdict }) => verdict.kind === 'delete');
        (0,log/* info */.pq)(`${repository}: ${going.length} of ${countOf(tags.length, 'tag')} to go`);
        for (const { tag, verdict } of going.slice(0, NAMED_TAGS))
            (0,log/* info */.pq)(`  ${tag.name}: ${describeReason(verdict.reason)}`);
        if (going.length > NAMED_TAGS)
            (0,log/* info */.pq)(`  … and ${going.length - NAMED_TAGS} more: see the report.`);
        for (const [reason, count] of keptByReason(tags))
            (0,log/* info */.pq)(`  ${count} ${count === 1 ? 'stays' : 'stay'}: ${reason}`);
    }
}
function keptByReason(tags) {
    const counts = new Map();
    for (const { verdict } of tags) {
        if (verdict.kind !== 'keep')
            continue;
        const reason = summariseReason(verdict.reason);
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    return counts;
}
/** What a person should know of a plan besides its verdicts: protection that protects nothing, facts that Quay does not tell. */
function notesOnPlan(plans, listings, rules) {
    const names = listings.flatMap(({ tags }) => tags.map(({ name }) => name));
    const unused = names.length === 0 ? [] : unusedExclusions(rules.exclude, names);
    const reasons = plans.flatMap(({ tags }) => tags.map(({ verdict }) => verdict.reason));
    return [
        ...listings.flatMap(({ facts }) => facts.obstacle ? [`A run that deletes would fail: ${facts.obstacle.message}`] : []),
        ...unused.map((pattern) => `The exclusion \`${pattern}\` matches no tag. If it is meant to protect some, check how it is written.`),
        ...(reasons.some(({ kind }) => kind === 'pulls-unknown')
            ? [
                'The registry does not tell when some tags were last pulled. They stay. Pull statistics need Quay 3.16 or later, and may be switched off.',
            ]
            : []),
    ];
}

;// CONCATENATED MODULE: ./lib/report/progress-line.js


/** `Deleted 250 of 1,000 tags, 48/s, about 16 s left` */
function progressLine({ mode, done, total, elapsed }) {
    const count = `${VERBS[mode]} ${formatCount(done)} of ${countOf(total, 'tag')}${mode === 'expire' ? ' to expire' : ''}`;
    if (done === 0 || elapsed <= 0)
        return count;
    const rate = done / elapsed;
    const left = total - done;
    return `${count}, ${formatRate(rate)}/s${left > 0 ? `, about ${formatTimeLeft(left / rate)} left` : ''}`;
}
const VERBS = { delete: 'Deleted', expire: 'Set', restore: 'Restored' };
/** What the log says at the end, before the run's last sentence: what remains, and where the report is. */
function closingLines(run) {
    const { listed, remaining } = totalsOf(tallyRun(run));
    return [
        ...(listed > 0 ? [`${countOf(remaining, 'tag')} ${wouldRemain(run.dryRun, remaining)}.`] : []),
        ...(run.reportPath === undefined || listed === 0
            ? []
            : [`The report with every tag and its reason is ${run.reportPath}`]),
    ];
}
function wouldRemain(dryRun, count) {
    if (dryRun)
        return 'would remain';
    return count === 1 ? 'remains' : 'remain';
}

;// CONCATENATED MODULE: ./lib/report/markdown/escape.js
/** Characters that hide or reorder text, and all that ends a line. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;
/** What GitHub-flavoured Markdown could take for syntax, in any position but the first. */
const SYNTAX = /[\\`*_~[\]$<>&|@]|:(?=\/\/)|(?<=www)\./gi;
/** What it takes for syntax at the beginning of a block. */
const BLOCK_SYNTAX = /^(\d*)([-+=#:]|(?<=\d)[.)])/;
/**
 * Shows text from outside as it is, within a paragraph, a list item or a table cell: one line, no syntax, no HTML, no link.
 *
 * Source: https://github.github.com/gfm/
 */
function escapeText(text) {
    const oneLine = singleLine(text);
    const escaped = oneLine.replace(SYNTAX, escapeCharacter);
    return escaped.replace(BLOCK_SYNTAX, (_, digits, mark) => `${digits}${escapeCharacter(mark)}`);
}
function singleLine(text) {
    return text.toWellFormed().replace(INVISIBLE, ' ').trim();
}
function escapeCharacter(character) {
    // A character reference never is syntax; the invisible space keeps a mention from being found in the rendered text.
    return character === '@' ? '@&#8203;' : `&#${character.charCodeAt(0)};`;
}
/** Shows text from outside as code, within a paragraph, a list item or a table cell. */
function code(text) {
    const oneLine = singleLine(text);
    if (oneLine === '')
        return '';
    return /[`|\\]/.test(oneLine) ? `<code>${escapeText(oneLine)}</code>` : `\`${oneLine}\``;
}
/** @param url - from {@link repositoryPage} or {@link tagPage} */
function escape_link(label, url) {
    return `[${label}](${url})`;
}
/** Text of ours in which `code` is marked by backticks may carry text from outside: the marks stay, all else is escaped. */
function prose(text) {
    const parts = singleLine(text).split(/(`[^`|\\]+`)/);
    return parts.map((part, index) => (index % 2 === 1 ? part : escapeInner(part))).join('');
}
function escapeInner(text) {
    const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/.exec(text) ?? [];
    return `${before}${escapeText(inner)}${after}`;
}
/** A coloured box; the paragraphs are Markdown without line breaks. */
function escape_alert(kind, paragraphs) {
    return `> [!${kind.toUpperCase()}]\n> ${paragraphs.join('\n>\n> ')}\n`;
}
function list(items) {
    return items.map((item) => `- ${item}`).join('\n');
}
/** A fenced block that its content cannot end. */
function codeBlock(language, content) {
    const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${content}\n${fence}\n`;
}

;// CONCATENATED MODULE: ./lib/report/markdown/table.js

/** @param noun - what a row is, in the singular */
function makeTable(items, columns, noun = 'tag') {
    const shown = columns.filter(({ onlyIf }) => onlyIf === undefined || items.some(onlyIf));
    const rule = shown.map(({ align }) => (align === 'right' ? '---:' : ':---'));
    return {
        head: `${line(shown.map(({ title }) => title))}${line(rule)}`,
        length: items.length,
        row: (index) => {
            const item = items[index];
            return item === undefined ? '' : line(shown.map(({ cell }) => cell(item)));
        },
        leftOut: (count) => `\n*${countOf(count, `more ${noun}`)} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n`,
    };
}
function line(cells) {
    return `| ${cells.join(' | ')} |\n`;
}
/** UTF-8 bytes. */
function byteLength(text) {
    return Buffer.byteLength(text);
}
/** The most bytes that {@link renderTable} needs to show no row at all. */
function leastBytes(table) {
    return byteLength(table.head) + byteLength(table.leftOut(table.length));
}
/** The table with as many rows as fit, and a line that says how many did not; `maxBytes` is at least {@link leastBytes}. */
function renderTable(table, maxBytes) {
    let left = maxBytes - leastBytes(table);
    const rows = [];
    for (let index = 0; index < table.length; index += 1) {
        const row = table.row(index);
        left -= byteLength(row);
        if (left < 0)
            break;
        rows.push(row);
    }
    const omitted = table.length - rows.length;
    if (rows.length === 0)
        return table.leftOut(omitted);
    return `${table.head}${rows.join('')}${omitted > 0 ? table.leftOut(omitted) : ''}`;
}

;// CONCATENATED MODULE: ./lib/report/markdown/page.js

/** Which tables keep their rows when a page has not enough room for all, the most important first. */
const PRIORITIES = ['overview', 'failed', 'leaving', 'kept', 'remaining'];
/** The largest part of the free room that the tables of one priority may take while others still need it. */
const LARGEST_PART = {
    overview: 0.3,
    failed: 0.5,
    leaving: 0.7,
    kept: 0.3,
    remaining: 1,
};
/** How many bytes the blocks need with every table cut to nothing. */
function leastBytesOf(blocks) {
    return blocks.reduce((sum, block) => sum + (typeof block === 'string' ? byteLength(block) : leastBytes(block.table)), 0);
}
/** Renders the blocks in their order, within `maxBytes` in UTF-8 wherever {@link leastBytesOf} them fits. */
function renderPage(blocks, maxBytes) {
    const tables = blocks.filter((block) => typeof block !== 'string');
    const rendered = new Map();
    let room = maxBytes - leastBytesOf(blocks);
    for (const [rank, priority] of PRIORITIES.entries()) {
        const waiting = tables.filter((block) => PRIORITIES.indexOf(block.priority) > rank);
        const reserve = Math.min(room * (1 - LARGEST_PART[priority]), estimate(waiting));
        const current = tables.filter((block) => block.priority === priority);
        room -= renderTables(current, room - reserve, rendered);
    }
    return blocks.map((block) => (typeof block === 'string' ? block : (rendered.get(block) ?? ''))).join('');
}
/** Bytes of an ordinary row: two names, a link and a digest. */
const ORDINARY_ROW = 300;
function estimate(blocks) {
    return blocks.reduce((sum, { table }) => sum + table.length * ORDINARY_ROW, 0);
}
/** Shares the room evenly; what a short table leaves, the longer ones get. Returns the bytes that were used. */
function renderTables(blocks, room, rendered) {
    const shortestFirst = blocks.toSorted((one, other) => one.table.length - other.table.length);
    let left = room;
    for (const [index, block] of shortestFirst.entries()) {
        const least = leastBytes(block.table);
        const text = renderTable(block.table, least + left / (blocks.length - index));
        left -= byteLength(text) - least;
        rendered.set(block, text);
    }
    return room - left;
}

;// CONCATENATED MODULE: ./lib/report/summary/alerts.js


/** The longest error or note that a page shows, and the most notes. */
const TEXT_LENGTH = 1500;
const MOST_NOTES = 20;
/** What the reader must see first: why the run failed, why its only repository failed, and the notes. */
function alerts(run) {
    const refused = run.stopped?.kind === 'guard' ? run.stopped.message : undefined;
    const failures = new Set([refused, run.error].filter((text) => text !== undefined));
    const [only] = run.repositories;
    const single = run.repositories.length === 1 && only?.error !== undefined && !failures.has(only.error)
        ? [only.error]
        : [];
    return [...alertOf('caution', [...failures]), ...alertOf('warning', single), ...notesAlert(run.notes)];
}
/** One box with a paragraph for each text, or nothing. */
function alertOf(kind, texts) {
    return texts.length === 0 ? [] : [`${escape_alert(kind, texts.map(textOf))}\n`];
}
/** One box with all notes, or nothing. */
function notesAlert(notes) {
    const [first] = notes;
    if (first === undefined)
        return [];
    if (notes.length === 1)
        return [`${escape_alert('note', [textOf(first)])}\n`];
    const items = notes.slice(0, MOST_NOTES).map(textOf);
    const more = notes.length > MOST_NOTES ? [`${formatCount(notes.length - MOST_NOTES)} more, in the log`] : [];
    return [`${escape_alert('note', [list([...items, ...more]).replaceAll('\n', '\n> ')])}\n`];
}
function textOf(text) {
    return prose(clip(text, TEXT_LENGTH));
}

;// CONCATENATED MODULE: ./lib/report/summary/quay-page.js
/**
 * The page of a repository in Quay's web interface.
 *
 * Source: https://github.com/quay/quay/blob/master/web/src/routes/NavigationPath.tsx
 *
 * @param registryUrl - the registry's origin
 * @param repository - `namespace/name`
 */
function repositoryPage(registryUrl, repository) {
    return `${registryUrl.replace(/\/$/, '')}/repository/${repository.split('/').map(encodeSegment).join('/')}`;
}
/** The page of a living tag; see {@link repositoryPage}. */
function tagPage(registryUrl, repository, tag) {
    return `${repositoryPage(registryUrl, repository)}/tag/${encodeSegment(tag)}`;
}
/** Encodes parentheses too, which would end a Markdown link. */
function encodeSegment(segment) {
    return encodeURIComponent(segment.toWellFormed()).replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

;// CONCATENATED MODULE: ./lib/report/summary/table-section.js


/** A table of up to this many rows stands open. */
const OPEN_ROWS = 15;
/** Of a longer one, so many rows stand open and the rest is folded. */
const PREVIEW_ROWS = 10;
/** @param summary - Markdown is not read in the line that unfolds the rest: plain text or HTML of ours */
function folded(summary, blocks) {
    return [`<details><summary>${summary}</summary>\n\n`, ...blocks, '\n</details>\n\n'];
}
/** A heading with a count, such as `Deleted tags (12)`. */
function counted(heading, items) {
    return `${heading} (${formatCount(items.length)})`;
}
/** A heading and a table of which a long tail is folded; nothing where there are no rows. */
function tableSection(section) {
    const { heading, lead, items, columns, priority, noun } = section;
    if (items.length === 0)
        return [];
    const top = `### ${heading}\n\n${lead === undefined ? '' : `${lead}\n\n`}`;
    const block = (some) => ({ table: makeTable(some, columns, noun), priority });
    if (items.length <= OPEN_ROWS)
        return [top, block(items), '\n'];
    const rest = items.slice(PREVIEW_ROWS);
    return [
        top,
        block(items.slice(0, PREVIEW_ROWS)),
        '\n',
        ...folded(`${formatCount(rest.length)} more`, [block(rest)]),
    ];
}

;// CONCATENATED MODULE: ./lib/report/summary/tag-columns.js




/** The longest text from outside that a cell shows. */
const CELL_LENGTH = 300;
/** The cell of a text that may hold anything. */
function textCell(text) {
    return prose(clip(text, CELL_LENGTH));
}
/** A column of tag names, which link to Quay's page of the tag where the tag lives. */
function nameColumn(tagOf, page) {
    return {
        title: 'Tag',
        cell: (item) => {
            const { name } = tagOf(item);
            return page ? escape_link(code(name), tagPage(page.registryUrl, page.repository, name)) : code(name);
        },
    };
}
const tagOf = ({ tag }) => tag;
/** The names of living tags of a repository, as links. */
function livingTag({ registryUrl }, { repository }) {
    return nameColumn(tagOf, { registryUrl, repository });
}
/** What is known of a tag; a fact that no tag has takes no column. */
function factColumns(tagOf) {
    return [
        {
            title: 'Modified (UTC)',
            cell: (item) => timeCell(tagOf(item).lastModified),
            onlyIf: (item) => tagOf(item).lastModified !== undefined,
        },
        {
            title: 'Size',
            align: 'right',
            cell: (item) => sizeCell(tagOf(item)),
            onlyIf: (item) => tagOf(item).size !== undefined || tagOf(item).multiArch === true,
        },
        {
            title: 'Digest',
            cell: (item) => code(shortDigest(tagOf(item).digest ?? 'unknown')),
            onlyIf: (item) => tagOf(item).digest !== undefined,
        },
    ];
}
function timeCell(seconds) {
    return seconds === undefined ? 'unknown' : formatTime(seconds);
}
function sizeCell({ size, multiArch }) {
    if (size !== undefined)
        return formatSize(size);
    return multiArch ? 'multi-arch' : 'unknown';
}
/** When Quay will expire a tag; shown where any tag expires. */
function expiryColumn(expirationOf) {
    return {
        title: 'Expires (UTC)',
        cell: (item) => {
            const expiration = expirationOf(item);
            return expiration === undefined ? 'never' : formatTime(expiration);
        },
        onlyIf: (item) => expirationOf(item) !== undefined,
    };
}
/** Why a tag goes or stays. */
const whyColumn = {
    title: 'Why',
    cell: ({ verdict, outcome }) => {
        if (outcome?.kind === 'kept')
            return textCell(outcome.reason);
        return `${textCell(describeReason(verdict.reason))}${outcome?.kind === 'gone' ? ' (already gone)' : ''}`;
    },
};

;// CONCATENATED MODULE: ./lib/report/summary/kept-tags.js





/** Why tags stay: how many for each reason, and each tag that was a candidate. */
function keptTags(run, { repository, spared, kept }) {
    const columns = [livingTag(run, repository), whyColumn];
    const candidates = kept.filter(({ verdict }) => !NO_CANDIDATE.has(verdict.reason.kind));
    return [
        ...tableSection({
            heading: counted('Kept at the last moment', spared),
            items: spared,
            columns,
            priority: 'kept',
        }),
        ...reasons(kept),
        ...(candidates.length === 0
            ? []
            : folded(`Reason of each matching tag (${formatCount(candidates.length)})`, [
                { table: makeTable(candidates, columns), priority: 'kept' },
            ])),
    ];
}
/** Reasons of tags that were no candidates. */
const NO_CANDIDATE = new Set([
    'not-matched',
    'excluded',
    'other-pull-request',
    'other-branch',
]);
function reasons(kept) {
    const counts = new Map();
    for (const { verdict } of kept) {
        const summary = summariseReason(verdict.reason);
        counts.set(summary, (counts.get(summary) ?? 0) + 1);
    }
    return tableSection({
        heading: `Why ${countOf(kept.length, 'tag')} ${kept.length === 1 ? 'stays' : 'stay'}`,
        items: [...counts].toSorted(([, one], [, other]) => other - one),
        columns: [
            { title: 'Why', cell: ([summary]) => textCell(summary) },
            { title: 'Tags', align: 'right', cell: ([, count]) => formatCount(count) },
        ],
        priority: 'kept',
        noun: 'reason',
    });
}

;// CONCATENATED MODULE: ./lib/report/summary/restorable.js

/** Unix seconds until which every tag that the run deleted from the repository can be restored; undefined if unknown. */
function restorableUntil(run, { restorableFor }) {
    // The deletions came later than the start, so the true time is not before this one.
    return restorableFor === undefined ? undefined : run.startedAt + restorableFor;
}
/** Until when deleted tags can be brought back. */
function restorableSentence(run, repository) {
    const until = restorableUntil(run, repository);
    if (until === undefined)
        return 'Restorable for as long as the time machine of the namespace keeps deleted tags.';
    if (repository.restorableFor === 0)
        return 'They cannot be restored: the time machine of the namespace is off.';
    return `Restorable until **${formatTime(until)} UTC** (${days(repository.restorableFor ?? 0)}).`;
}
function days(seconds) {
    return seconds % 86_400 === 0 ? countOf(seconds / 86_400, 'day') : formatDuration(seconds);
}

;// CONCATENATED MODULE: ./lib/report/summary/repository-tables.js





/** All tables of one repository: what failed, what went, why tags stay, what remains. */
function repositoryBlocks(run, tally) {
    return [
        ...failedTags(run, tally),
        ...leavingTags(run, tally),
        ...unattemptedTags(run, tally),
        ...remainingTags(run, tally),
        ...keptTags(run, tally),
    ];
}
function failedTags(run, tally) {
    return tableSection({
        heading: counted('Failed tags', tally.failed),
        items: tally.failed,
        columns: [
            livingTag(run, tally.repository),
            { title: 'Error', cell: ({ outcome }) => (outcome?.kind === 'failed' ? textCell(outcome.error) : '') },
            whyColumn,
        ],
        priority: 'failed',
    });
}
function leavingTags(run, tally) {
    const facts = factColumns(tagOf);
    if (isPlanOnly(run)) {
        return tableSection({
            heading: counted(`Tags that would ${run.mode.kind === 'delete' ? 'be deleted' : 'expire'}`, tally.pending),
            items: tally.pending,
            columns: [livingTag(run, tally.repository), whyColumn, ...facts],
            priority: 'leaving',
        });
    }
    if (run.mode.kind === 'expire') {
        const expires = expiryColumn(({ outcome }) => outcome?.kind === 'expiring' ? outcome.expiration : undefined);
        return tableSection({
            heading: counted('Expiring tags', tally.expiring),
            lead: 'To keep one of them, change its expiration on its page in Quay before then.',
            items: tally.expiring,
            columns: [livingTag(run, tally.repository), expires, whyColumn, ...facts],
            priority: 'leaving',
        });
    }
    return tableSection({
        heading: counted('Deleted tags', tally.deleted),
        lead: restorableSentence(run, tally.repository),
        items: tally.deleted,
        columns: [nameColumn(tagOf), whyColumn, ...facts],
        priority: 'leaving',
    });
}
function unattemptedTags(run, tally) {
    return tableSection({
        heading: counted('Selected tags that were not attempted', tally.pending),
        items: isPlanOnly(run) ? [] : tally.pending,
        columns: [livingTag(run, tally.repository), whyColumn],
        priority: 'kept',
    });
}
const UNCERTAIN = 'The list could not be read again. These tags were listed before, without those that were deleted.';
function remainingTags(run, { repository, remaining, remainingIsCertain }) {
    if (remaining.length === 0)
        return repository.tags.length > 0 && remainingIsCertain
            ? [`${run.dryRun ? 'No tag would remain' : 'No tag remains'}.\n\n`]
            : [];
    const page = { registryUrl: run.registryUrl, repository: repository.repository };
    const identity = (tag) => tag;
    const order = remaining.some(({ lastModified }) => lastModified !== undefined) ? ', newest first' : '';
    return tableSection({
        heading: `${counted(run.dryRun ? 'Tags that would remain' : 'Remaining tags', remaining)}${order}`,
        ...(remainingIsCertain ? {} : { lead: UNCERTAIN }),
        items: remaining,
        columns: [
            nameColumn(identity, page),
            ...factColumns(identity),
            expiryColumn(({ expiration }) => expiration),
        ],
        priority: 'remaining',
    });
}

;// CONCATENATED MODULE: ./lib/report/summary/freed-space.js
/** How much a registry can free at most once the leaving tags are gone for good; layers shared with other images stay. */
function freedSpace(leaving, remaining) {
    const leavingNames = new Set(leaving.map(({ name }) => name));
    const held = new Set(remaining.filter(({ name }) => !leavingNames.has(name)).map(({ digest }) => digest));
    const counted = new Set();
    let bytes = 0;
    let unknown = 0;
    for (const { digest, size } of leaving) {
        if (digest !== undefined) {
            if (held.has(digest) || counted.has(digest))
                continue;
            counted.add(digest);
        }
        if (digest === undefined || size === undefined)
            unknown += 1;
        else
            bytes += size;
    }
    return { bytes, unknown };
}

;// CONCATENATED MODULE: ./lib/report/summary/totals-table.js







/** The totals: one row for each repository, which a single repository's row need not name. */
function overview(run, tallies) {
    const listed = tallies.filter(({ repository }) => repository.error === undefined || repository.tags.length > 0);
    if (listed.length === 0)
        return [];
    const columns = run.repositories.length === 1 ? countColumns(run) : [repositoryColumn(run), ...countColumns(run)];
    return [{ table: makeTable(listed, columns, 'repository'), priority: 'overview' }, '\n'];
}
function repositoryColumn({ registryUrl }) {
    return {
        title: 'Repository',
        cell: ({ repository: { repository } }) => escape_link(escapeText(repository), repositoryPage(registryUrl, repository)),
    };
}
function countColumns(run) {
    const planOnly = isPlanOnly(run);
    const count = (title, of) => ({
        title,
        align: 'right',
        cell: (tally) => formatCount(of(totalsOf([tally]))),
    });
    const failed = count('Failed', (totals) => totals.failed);
    return [
        count('Listed', ({ listed }) => listed),
        planOnly
            ? count(`Would ${run.mode.kind}`, ({ pending }) => pending)
            : count(run.mode.kind === 'delete' ? 'Deleted' : 'Expiring', ({ deleted, expiring }) => deleted + expiring),
        { ...failed, onlyIf: (tally) => tally.failed.length > 0 },
        count(run.dryRun ? 'Would remain' : 'Remaining', ({ remaining }) => remaining),
        {
            title: 'Frees up to',
            align: 'right',
            cell: (tally) => spaceCell(tally, planOnly),
            onlyIf: ({ repository }) => knowsSizes(repository.tags),
        },
    ];
}
function knowsSizes(tags) {
    return tags.some(({ tag }) => tag.size !== undefined || tag.multiArch);
}
function spaceCell({ deleted, expiring, pending, remaining }, planOnly) {
    const ours = deleted.filter(({ outcome }) => outcome?.kind === 'deleted');
    const leaving = [...ours, ...expiring, ...(planOnly ? pending : [])].map(({ tag }) => tag);
    const { bytes, unknown } = freedSpace(leaving, remaining);
    if (unknown === 0)
        return formatSize(bytes);
    return [...(bytes > 0 ? [formatSize(bytes)] : []), `${formatCount(unknown)} unknown`].join(' + ');
}

;// CONCATENATED MODULE: ./lib/report/summary/undo-steps.js




/** More tags or repositories than these are restored from the report instead of by name. */
const MOST_NAMES = 100;
const MOST_REPOSITORIES = 5;
/** Quay's own default for the time machine. */
const USUAL_WINDOW = '14d';
/** The step to paste that restores what the run deleted; nothing where nothing can be restored. */
function undoBlocks(run, tallies) {
    const undoable = tallies
        .map((tally) => ({
        ...tally,
        deleted: tally.deleted.filter(({ outcome }) => outcome?.kind === 'deleted'),
    }))
        .filter(({ deleted, repository }) => deleted.length > 0 && repository.restorableFor !== 0);
    if (undoable.length === 0)
        return [];
    const count = undoable.reduce((sum, { deleted }) => sum + deleted.length, 0);
    const byName = count <= MOST_NAMES && undoable.length <= MOST_REPOSITORIES;
    const steps = byName ? undoable.map((tally) => stepByName(run, tally)) : [stepByReport(run)];
    return folded('Undo this run', [
        `Paste ${steps.length === 1 ? 'this step' : 'these steps'} into a workflow ${deadline(run, undoable)}. ${countOf(count, 'tag')} will be restored; names that live are left alone.\n\n`,
        ...(byName ? [] : [reportHint(run)]),
        codeBlock('yaml', steps.join('\n')),
    ]);
}
function deadline(run, tallies) {
    const times = tallies
        .map(({ repository }) => restorableUntil(run, repository))
        .filter((time) => time !== undefined);
    if (times.length === 0)
        return 'and run it before the time machine of the namespace forgets the tags';
    return `and run it before **${formatTime(Math.min(...times))} UTC**`;
}
function reportHint({ reportPath }) {
    const found = reportPath === undefined ? '' : ` (${code(reportPath)} on the runner of this job)`;
    return `It reads the \`report\` of this run${found}: keep that file with an artifact step.\n\n`;
}
function stepByName(run, { repository, deleted }) {
    const { restorableFor } = repository;
    return [
        ...stepHead(run),
        `    repository: ${scalar(repository.repository)}`,
        '    tags: |',
        ...deleted.map(({ tag }) => `      ${tag.name}`),
        `    deleted-within: ${restorableFor === undefined ? USUAL_WINDOW : formatDuration(restorableFor)}`,
        ...stepEnd(run),
    ].join('\n');
}
function stepByReport(run) {
    const file = run.reportPath?.split(/[\\/]/).at(-1) ?? 'report.json';
    return [...stepHead(run), `    report: ${scalar(file)}`, ...stepEnd(run)].join('\n');
}
function stepHead({ action }) {
    const uses = action
        ? `${action.repository}/restore@${action.ref}`
        : 'OWNER/quay-tag-cleanup/restore@REF # the action and version of this run';
    return [`- uses: ${uses}`, '  with:'];
}
function stepEnd({ registry }) {
    return [
        ...(registry === 'quay.io' ? [] : [`    registry: ${scalar(registry)}`]),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a GitHub expression
        '    token: ${{ secrets.QUAY_TOKEN }}',
    ];
}
/** The text as a YAML scalar, quoted and in visible characters wherever it is not plainly a name. */
function scalar(text) {
    if (/^[a-z][\w./-]*$/i.test(text))
        return text;
    return JSON.stringify(text).replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

;// CONCATENATED MODULE: ./lib/report/summary/cleanup-summary.js












/**
 * UTF-8 bytes that a page may have; GitHub refuses a summary above 1 MiB.
 *
 * Source: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary
 */
const MAX_SUMMARY_BYTES = 1_000_000;
/** The part of a page that the frames of the repositories' sections may take; their rows come on top. */
const LARGEST_FRAME_PART = 0.35;
/** The job summary of a cleanup, in GitHub-flavoured Markdown. */
function renderSummary(run) {
    const tallies = tallyRun(run);
    const page = (repository) => escape_link(escapeText(repository), repositoryPage(run.registryUrl, repository));
    const blocks = [
        `## Quay Tag Cleanup${run.dryRun ? ' (dry run)' : ''}\n\n`,
        `${describeRun(run, page)}\n\n`,
        ...alerts(run),
        ...overview(run, tallies),
        ...(tallies.length > 1
            ? severalRepositories(run, tallies)
            : tallies.flatMap((tally) => repositoryBlocks(run, tally))),
        ...undoBlocks(run, tallies),
        ...reportLine(run),
    ];
    return renderPage(blocks, MAX_SUMMARY_BYTES);
}
function severalRepositories(run, tallies) {
    return [...failedRepositories(tallies), '### Repositories\n\n', ...repositorySections(run, tallies)];
}
function failedRepositories(tallies) {
    const items = tallies.map(({ repository }) => repository).filter(({ error }) => error !== undefined);
    return tableSection({
        heading: counted('Failed repositories', items),
        items,
        columns: [
            { title: 'Repository', cell: ({ repository }) => escapeText(repository) },
            { title: 'Error', cell: ({ error }) => textCell(error ?? '') },
        ],
        priority: 'failed',
        noun: 'repository',
    });
}
/** A folded section for each repository, as many as fit: those with failures first, then those that changed. */
function repositorySections(run, tallies) {
    const listed = tallies
        .filter(({ repository }) => repository.tags.length > 0)
        .toSorted((one, other) => rank(one) - rank(other));
    const blocks = [];
    let room = MAX_SUMMARY_BYTES * LARGEST_FRAME_PART;
    for (const [index, tally] of listed.entries()) {
        const section = folded(sectionTitle(run, tally), repositoryBlocks(run, tally));
        room -= leastBytesOf(section);
        if (room < 0) {
            blocks.push(`*${countOf(listed.length - index, 'more repository')} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n\n`);
            break;
        }
        blocks.push(...section);
    }
    return blocks;
}
function rank({ failed, deleted, expiring, pending, spared }) {
    if (failed.length > 0)
        return 0;
    return deleted.length + expiring.length + pending.length + spared.length > 0 ? 1 : 2;
}
function sectionTitle(run, tally) {
    const { repository, deleted, expiring, failed, pending, remaining } = tally;
    const leaving = isPlanOnly(run) ? pending.length : deleted.length + expiring.length;
    const facts = [
        `${formatCount(leaving)} ${fate(run)}`,
        ...(failed.length > 0 ? [`${formatCount(failed.length)} failed`] : []),
        `${formatCount(remaining.length)} ${run.dryRun ? 'would remain' : 'remaining'}`,
    ];
    return `<b>${escapeText(repository.repository)}</b>: ${facts.join(', ')}`;
}
function fate(run) {
    if (run.mode.kind === 'delete')
        return isPlanOnly(run) ? 'would be deleted' : 'deleted';
    return isPlanOnly(run) ? 'would expire' : 'expiring';
}
function reportLine({ reportPath }) {
    return reportPath === undefined
        ? []
        : [`Every tag with its verdict and reason: output \`report\`, ${code(reportPath)}\n`];
}

;// CONCATENATED MODULE: ./lib/report/write-report.js


/** The version of the report's format that this code writes; `docs/report.schema.json` describes it. */
const REPORT_VERSION = 1;
/**
 * The JSON report: before the deletions every outcome is null, afterwards it has what became of the planned tags.
 * It has a tag a line, so that a report of many tags can be searched and compared by line. It comes in small parts, since
 * one of many tags is too large to hold twice.
 */
function* reportParts(run) {
    const head = {
        version: REPORT_VERSION,
        registry: run.registry,
        dryRun: run.dryRun,
        startedAt: time(run.startedAt),
        finishedAt: time(run.finishedAt),
    };
    yield* withArray(head, 'repositories', run.repositories.map(repositoryParts));
    yield '\n';
}
function* repositoryParts({ repository, tags, error }) {
    const head = { repository, ...(error === undefined ? {} : { error }) };
    yield* withArray(head, 'tags', Iterator.from(tags).map((tag) => [JSON.stringify(tagEntry(tag))]));
}
/** A JSON object whose last property is an array, with an element a line. */
function* withArray(head, key, elements) {
    yield `${JSON.stringify(head).slice(0, -1)},"${key}":[`;
    let separator = '\n';
    for (const element of elements) {
        yield separator;
        yield* element;
        separator = ',\n';
    }
    yield separator === '\n' ? ']}' : '\n]}';
}
function tagEntry({ tag, verdict, outcome }) {
    const detail = detailOf(outcome);
    return {
        name: tag.name,
        digest: tag.digest ?? null,
        lastModified: time(tag.lastModified),
        size: tag.size ?? null,
        expiration: time(outcome?.kind === 'expiring' ? outcome.expiration : tag.expiration),
        verdict: verdict.kind,
        reason: describeReason(verdict.reason),
        outcome: outcome?.kind ?? null,
        ...(detail === undefined ? {} : { detail }),
    };
}
function detailOf(outcome) {
    if (outcome?.kind === 'failed')
        return outcome.error;
    return outcome?.kind === 'kept' ? outcome.reason : undefined;
}
function time(seconds) {
    return seconds === undefined ? null : (isoTime(seconds) ?? null);
}

;// CONCATENATED MODULE: ./lib/runner/cancellation.js
/** Requests in flight may end for this long after a cancellation; the runner kills the process after 7.5 s. */
const GRACE_MS = 3000;
/** Longer timers end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The workflow was cancelled before anything was changed. */
class CancelledError extends Error {
    name = 'CancelledError';
    constructor() {
        super('The run was cancelled before anything was changed.');
    }
}
/** Listens for a cancelled workflow, and for the end of the time budget, in seconds. */
function listenForStop(timeBudget) {
    const deleting = new AbortController();
    const sending = new AbortController();
    const waiting = new AbortController();
    const timers = [];
    const cancel = () => {
        deleting.abort();
        sending.abort();
        timers.push(setTimeout(() => waiting.abort(), GRACE_MS));
    };
    if (timeBudget !== undefined)
        timers.push(setTimeout(() => deleting.abort(), Math.min(timeBudget * 1000, LONGEST_TIMER_MS)));
    process.on('SIGINT', cancel);
    process.on('SIGTERM', cancel);
    return {
        deleting: deleting.signal,
        sending: sending.signal,
        waiting: waiting.signal,
        get cancelled() {
            return sending.signal.aborted;
        },
        throwIfCancelled: () => {
            if (sending.signal.aborted)
                throw new CancelledError();
        },
        release: () => {
            process.off('SIGINT', cancel);
            process.off('SIGTERM', cancel);
            timers.forEach(clearTimeout);
        },
    };
}
/** What a run that was stopped says of it. */
function stopFacts(stop, timeBudget) {
    if (stop.cancelled)
        return { stopped: { kind: 'cancelled' } };
    return stop.deleting.aborted && timeBudget
        ? { stopped: { kind: 'time-budget', duration: timeBudget.text } }
        : {};
}

// EXTERNAL MODULE: ./lib/runner/clock.js
var clock = __nccwpck_require__(5888);
;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./lib/runner/event.js

/** Reads the event from the runner's variables and the file that they name. */
function readEvent(environment) {
    const [owner, name] = environment['GITHUB_REPOSITORY']?.split('/') ?? [];
    const payload = readPayload(environment['GITHUB_EVENT_PATH']);
    return {
        ...(owner && name ? { repository: { owner, name } } : {}),
        ...scopeOf(environment['GITHUB_EVENT_NAME'], payload),
    };
}
function scopeOf(event, payload) {
    switch (event) {
        case 'pull_request':
        case 'pull_request_target': {
            const { number } = payload;
            // Without a number the event is about a pull request that nobody can name: none is.
            return { pullRequest: typeof number === 'number' ? number : 0 };
        }
        case 'delete': {
            const { ref, ref_type: type } = payload;
            return { deletedBranch: type === 'branch' && typeof ref === 'string' ? ref : null };
        }
        default:
            return {};
    }
}
function readPayload(path) {
    if (!path)
        return {};
    try {
        const payload = JSON.parse((0,external_node_fs_namespaceObject.readFileSync)(path, 'utf8'));
        return typeof payload === 'object' && payload !== null ? { ...payload } : {};
    }
    catch {
        // A runner always writes this file; without it the event narrows placeholders to nothing, which keeps tags.
        return {};
    }
}

// EXTERNAL MODULE: ./lib/node_modules/@actions/core/lib/core.js + 5 modules
var core = __nccwpck_require__(7449);
;// CONCATENATED MODULE: ./lib/runner/exit.js


/** How many different errors a run names; the summary has them all. */
const NAMED_ERRORS = 5;
/** The last word of a run: one line of log, and the exit code. */
function conclude({ errors, sentence, level, }) {
    const different = [...new Set(errors)];
    if (different.length > 0) {
        const more = different.length > NAMED_ERRORS
            ? [`… and ${different.length - NAMED_ERRORS} more errors: see the job summary.`]
            : [];
        const lines = [sentence, ...different.slice(0, NAMED_ERRORS), ...more].flatMap((error) => error.split('\n'));
        core/* setFailed */.C1(lines.map(log/* printable */.g$).join('\n'));
    }
    else {
        const say = { info: core/* info */.pq, notice: core/* notice */.lm, warning: core/* warning */.$e }[level];
        say((0,log/* printable */.g$)(sentence));
    }
}
/** What went wrong in a run, in the run itself first, then by repository and by tag. */
function errorsOf({ error, repositories }) {
    return [...given(error), ...errorsIn(repositories)];
}
function errorsIn(repositories) {
    const several = repositories.length > 1;
    return [
        ...repositories.flatMap(({ repository, error }) => given(error).map((text) => (several ? `${repository}: ${text}` : text))),
        ...repositories.flatMap(({ tags }) => tags.flatMap(({ outcome }) => (outcome?.kind === 'failed' ? [outcome.error] : []))),
    ];
}
function given(error) {
    return error === undefined ? [] : [error];
}

;// CONCATENATED MODULE: ./lib/runner/outputs.js



/** Sets the outputs and writes the job summary; one that fails does not keep the other from being written. */
function publish({ outputs, warnings, summary }) {
    for (const { name, value } of outputs)
        core/* setOutput */.uH(name, value);
    for (const warning of warnings)
        core/* warning */.$e((0,log/* printable */.g$)(warning));
    const path = process.env['GITHUB_STEP_SUMMARY'];
    if (!path) {
        core/* debug */.Yz('There is no job summary: GITHUB_STEP_SUMMARY is not set.');
        return;
    }
    try {
        (0,external_node_fs_namespaceObject.appendFileSync)(path, summary);
    }
    catch (error) {
        core/* warning */.$e((0,log/* printable */.g$)(`The job summary could not be written: ${(0,log/* explain */.WE)(error)}`));
    }
}

;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./lib/runner/report-file.js



/** The file that a run leaves its report in, in a folder of its own, so that two steps of a job keep theirs apart. */
class ReportFile {
    path;
    /** @param folder - where the runner keeps a job's temporary files */
    constructor(folder) {
        this.path = (0,external_node_path_.join)((0,external_node_fs_namespaceObject.mkdtempSync)((0,external_node_path_.join)(folder || (0,external_node_os_namespaceObject.tmpdir)(), 'quay-tag-cleanup-')), 'report.json');
    }
    /** Replaces the file in one step: a reader never sees half of it. */
    write(parts) {
        const draft = `${this.path}.draft`;
        const file = (0,external_node_fs_namespaceObject.openSync)(draft, 'w');
        try {
            for (const chunk of chunksOf(parts))
                (0,external_node_fs_namespaceObject.writeSync)(file, chunk);
        }
        finally {
            (0,external_node_fs_namespaceObject.closeSync)(file);
        }
        (0,external_node_fs_namespaceObject.renameSync)(draft, this.path);
    }
}
/** The action as the workflow named it, for the steps that the summary shows; nothing for a local action. */
function actionReference(environment) {
    const repository = environment['GITHUB_ACTION_REPOSITORY'];
    const ref = environment['GITHUB_ACTION_REF'];
    return repository && ref ? { action: { repository, ref } } : {};
}
const CHUNK_LENGTH = 64 * 1024;
/** Joins small parts to chunks that are worth a write. */
function* chunksOf(parts) {
    let chunk = '';
    for (const part of parts) {
        chunk += part;
        if (chunk.length < CHUNK_LENGTH)
            continue;
        yield chunk;
        chunk = '';
    }
    yield chunk;
}

;// CONCATENATED MODULE: ./lib/selection/guards.js


/** Names as people give them: patterns that take them all take everything. */
const TYPICAL_NAMES = [
    'latest',
    'main',
    'v1.2.3',
    '1.0',
    'pr-12',
    'sha-0a1b2c3',
    '2026-01-31',
    'Release_9',
    'nightly',
    'feature-x',
];
/**
 * Refuses patterns that together match everything while nothing else narrows them.
 *
 * @throws InvalidInputError
 */
function refuseUnbounded({ tags, exclude, olderThan, keepNewest, notPulledFor }) {
    if (exclude.length > 0 || olderThan || keepNewest !== undefined || notPulledFor)
        return;
    const unconditional = tags.filter(({ placeholder }) => placeholder === undefined);
    if (!takeAll(unconditional, TYPICAL_NAMES))
        return;
    const texts = unconditional.map(({ text }) => quote(text)).join(', ');
    throw new InvalidInputError(`\`tags\` matches every tag (${texts}), \`latest\` and releases among them. Exclude tags with \`exclude-tags\`, or set \`older-than\`, \`keep-n-most-recent\` or \`not-pulled-for\`.`);
}
/** Names without a common character: what takes both asks for no text of its own. */
const UNLIKE_NAMES = [
    ['latest', 'v1.20.30'],
    ['x'.repeat(64), 'y'.repeat(64)],
];
/**
 * Refuses a `{branch}` with nothing around it: it would take `latest` for a branch that is gone.
 *
 * @throws InvalidInputError
 */
function refuseLoneBranch({ tags, exclude }) {
    if (exclude.length > 0)
        return;
    const lone = tags.find((pattern) => pattern.placeholder === 'branch' && UNLIKE_NAMES.some((names) => takeAll([pattern], names)));
    if (!lone)
        return;
    throw new InvalidInputError(`\`tags\` has ${quote(lone.text)}, which would take \`latest\` for a branch that is gone. Write text around the branch, such as \`preview-{branch}\`, or exclude tags with \`exclude-tags\`.`);
}
function takeAll(patterns, names) {
    const matches = patterns.map((pattern) => pattern.match(names));
    return names.every((_, index) => matches.some((match) => match[index] !== undefined));
}
/**
 * Reads `50` or `50%`.
 *
 * @throws InvalidInputError
 */
function parseLimit(text) {
    const [, digits, percent] = /^(\d{1,9})\s*(%?)$/.exec(text) ?? [];
    const number = Number(digits);
    if (digits !== undefined && percent === '')
        return { kind: 'count', count: number };
    if (digits !== undefined && number <= 100)
        return { kind: 'share', percent: number };
    throw new InvalidInputError(`${quote(text)} is no limit. Write a number of tags such as \`50\`, or a share from \`0%\` to \`100%\`.`);
}
/** Why a plan is larger than the limit allows; undefined if it is not. A share is rounded down. */
function exceedsLimit(limit, { planned, listed }) {
    const most = limit.kind === 'count' ? limit.count : Math.floor((limit.percent * listed) / 100);
    if (planned <= most)
        return undefined;
    const text = limit.kind === 'count'
        ? String(limit.count)
        : `${limit.percent}%, which is ${most} of ${listed} listed tags`;
    return `The plan deletes ${planned} tags, and \`max-deletes\` allows ${text}. Nothing was deleted. Look at the plan, and raise \`max-deletes\` if it is right.`;
}

;// CONCATENATED MODULE: ./node_modules/p-map/index.js
function pMap(iterable, mapper, options) {
	return mapConcurrently(iterable, mapper, options, false);
}

function pMapSettled(iterable, mapper, options) {
	return mapConcurrently(iterable, mapper, options, true);
}

function pMapKeyed(input, mapper, options) {
	return mapKeyed(input, mapper, options, false);
}

function pMapSettledKeyed(input, mapper, options) {
	return mapKeyed(input, mapper, options, true);
}

// Like `Promise.allKeyed` and `Promise.allSettledKeyed`, with a mapper, and for a `Map` too. Each value travels with its key, so a skipped key, which leaves no slot in the result, cannot shift the keys after it.
async function mapKeyed(input, mapper, options, isSettled) {
	const entries = getKeyedEntries(input);

	// After the values have their handlers, like the other argument errors, which `mapConcurrently` checks. It cannot check this one, as it gets the wrapper below as its mapper.
	if (typeof mapper !== 'function') {
		throw new TypeError('Mapper function is required');
	}

	const mappedEntries = await mapConcurrently(entries, async ([key, inputResult]) => {
		try {
			if (inputResult.status === 'rejected') {
				throw inputResult.reason;
			}

			const result = await mapper(inputResult.value, key);

			if (result === pMapSkip || result === pMapStop) {
				return result;
			}

			return [key, isSettled ? {status: 'fulfilled', value: result} : result];
		} catch (error) {
			if (!isSettled) {
				throw error;
			}

			return [key, {status: 'rejected', reason: error}];
		}
	}, options, false);

	if (input instanceof Map) {
		return new Map(mappedEntries);
	}

	// A null prototype, like `Promise.allKeyed`, so a key like `__proto__` or `toString` is an own property like any other.
	return Object.setPrototypeOf(Object.fromEntries(mappedEntries), null);
}

// The engine behind all the functions, except `pMapIterable`. With `isSettled`, an element or a mapper that rejects gives a `{status: 'rejected'}` result instead of an error, like `Promise.allSettled`, so `stopOnError` does not apply.
async function mapConcurrently(
	iterable,
	mapper,
	{
		concurrency = Number.POSITIVE_INFINITY,
		stopOnError = true,
		signal,
	} = {},
	isSettled,
) {
	return new Promise((resolve_, reject_) => {
		validateOptions(iterable, mapper, concurrency);

		const result = [];
		// Stage the errors by index, like `result`, so they are reported in input order.
		const errors = [];
		let skippedCount = 0;
		let isResolved = false;
		let isIterableDone = false;
		const pendingIndexes = new Set();
		let doneIndex = Number.POSITIVE_INFINITY;
		let currentIndex = 0;
		const iterator = getIterator(iterable);

		const signalListener = () => {
			reject(signal.reason);
		};

		const cleanup = () => {
			signal?.removeEventListener('abort', signalListener);
		};

		const resolve = value => {
			resolve_(value);
			cleanup();
		};

		const reject = reason => {
			if (isResolved) {
				return;
			}

			isResolved = true;
			reject_(reason);
			cleanup();

			if (!isIterableDone) {
				closeIterator(iterator);
			}
		};

		if (signal) {
			if (signal.aborted) {
				reject(signal.reason);
				return;
			}

			signal.addEventListener('abort', signalListener, {once: true});
		}

		const pull = createPuller(iterator);

		// Settle only once the source is done, or a mapper stopped, and every earlier pull and mapper has finished. A pull before the `done` or the stop can still produce an element, while pulls after it do not affect the result.
		const settleIfFinished = () => {
			if (isResolved || doneIndex === Number.POSITIVE_INFINITY) {
				return;
			}

			for (const index of pendingIndexes) {
				if (index < doneIndex) {
					return;
				}
			}

			if (!stopOnError) {
				const collectedErrors = [];

				for (let index = 0; index < Math.min(doneIndex, errors.length); index++) {
					if (index in errors) {
						collectedErrors.push(errors[index]);
					}
				}

				if (collectedErrors.length > 0) {
					reject(new AggregateError(collectedErrors)); // eslint-disable-line unicorn/error-message
					return;
				}
			}

			isResolved = true;

			// A stop ended the result before the source did, so close it, like `for await` does on a `break`. Not at the stop itself, as a source that settles its `next()` calls out of call order may still owe an earlier element, and closing could drop it.
			if (!isIterableDone) {
				closeIterator(iterator);
			}

			// `done` is final, like `for await`, so a `done` that lands between two elements ends
			// the result there and everything the source produced past it is dropped. A stop cuts it the same way.
			const lastIndex = Math.min(doneIndex, result.length);

			// Every index below `lastIndex` has a value: an index only goes unassigned when its pull reported `done` or its mapper returned `pMapStop`, and the lowest such index is `doneIndex`. So the array is dense below `lastIndex`, and the fast path can hand it over untouched.
			if (lastIndex === result.length && skippedCount === 0) {
				resolve(result);
				return;
			}

			// Otherwise this drops the skipped results and whatever the `done` or the stop cut off.
			resolve(result.slice(0, lastIndex).filter(value => value !== pMapSkip));
		};

		const next = async () => {
			// After a `done` or a stop, a pull would take an item nobody is going to map, which a one-shot source, like a queue, would lose.
			if (isResolved || currentIndex >= doneIndex) {
				return;
			}

			// Take the index when the pull starts, not when it resolves, so a source that settles
			// its `next()` calls out of call order still gets the right position.
			const index = currentIndex++;
			pendingIndexes.add(index);

			let nextItem;
			try {
				nextItem = await pull();
			} catch (error) {
				pendingIndexes.delete(index);

				if (index < doneIndex) {
					throw error;
				}

				settleIfFinished();
				return;
			}

			if (nextItem.done) {
				pendingIndexes.delete(index);
				doneIndex = Math.min(doneIndex, index);
				isIterableDone = true;
				settleIfFinished();
				return;
			}

			// Intentionally detached
			const runner = (async () => {
				try {
					const element = await nextItem.value;

					if (isResolved || index >= doneIndex) {
						return;
					}

					const value = await mapper(element, index);

					// Ignore an item produced after an earlier pull reported `done` or an earlier mapper returned `pMapStop`.
					if (index >= doneIndex) {
						return;
					}

					// A stop ends the result here, like a `done` from the source, so settling waits only for the earlier elements.
					if (value === pMapStop) {
						doneIndex = index;
						return;
					}

					if (value === pMapSkip) {
						skippedCount++;
					}

					result[index] = isSettled && value !== pMapSkip ? {status: 'fulfilled', value} : value;
				} catch (error) {
					if (index >= doneIndex) {
						return;
					}

					if (isSettled) {
						result[index] = {status: 'rejected', reason: error};
					} else if (stopOnError) {
						reject(error);
						return;
					} else {
						errors[index] = error;
					}
				} finally {
					pendingIndexes.delete(index);
					settleIfFinished();
				}

				// If the iterable throws we can't really continue regardless of `stopOnError` state
				// since an iterable is likely to continue throwing after it throws once.
				// If we continue calling `next()` indefinitely we will likely end up
				// in an infinite loop of failed iteration.
				try {
					await next();
				} catch (error) {
					reject(error);
				}
			})();

			// Link the runner to the returned promise, so the async stack trace of a mapper error reaches the caller. Nothing awaits the runner, so the trace would stop there, but V8 follows a reaction that resolves another promise. The link never settles, so it never resolves the returned promise. It is a new promise for each runner, as a shared one would keep a reaction for every element.
			runner.then(() => new Promise(() => {})).then(resolve_);
		};

		// Create the concurrent runners in a detached (non-awaited)
		// promise. We need this so we can await the `next()` calls
		// to stop creating runners before hitting the concurrency limit
		// if the iterable has already been marked as done or a mapper stopped.
		// NOTE: We *must* do this for async iterators otherwise we'll spin up
		// infinite `next()` calls by default and never start the event loop.
		(async () => {
			for (let index = 0; index < concurrency; index++) {
				try {
					// eslint-disable-next-line no-await-in-loop
					await next();
				} catch (error) {
					reject(error);
					break;
				}

				if (isResolved || currentIndex >= doneIndex) {
					break;
				}
			}
		})();
	});
}

function pMapIterable(
	iterable,
	mapper,
	{
		concurrency = Number.POSITIVE_INFINITY,
		backpressure = concurrency,
		preserveOrder = true,
	} = {},
) {
	validateOptions(iterable, mapper, concurrency);

	if (!isLimit(backpressure, concurrency)) {
		throw new TypeError(`Expected \`backpressure\` to be an integer from \`concurrency\` (${concurrency}) and up or \`Infinity\`, got \`${backpressure}\` (${typeof backpressure})`);
	}

	return {
		[Symbol.asyncIterator]() {
			// `isDone` lives outside the generator so the wrapper below can set it the moment the
			// consumer asks to stop. The generator is suspended on a pending `next()` at that point,
			// so its `finally` would not run until much later and workers finishing in the meantime
			// would keep pulling and mapping input for nobody.
			let isDone = false;

			const generator = (async function * () {
				const iterator = getIterator(iterable);

				// Results are consumed from the front with a moving `headIndex` instead of `shift()`.
				// `shift()` moves every remaining entry, which is O(n) per element and made the whole
				// run O(n²) whenever `backpressure` let the array grow, which is the default.
				let promises = [];
				let headIndex = 0;
				let isIterableDone = false;

				// The lowest index whose pull reported `done`. Without `preserveOrder`, the pulls after it have their slots given back, so their errors are dropped.
				let doneIndex = Number.POSITIVE_INFINITY;

				// An element that is being read, or is waiting for a mapper, does not hold a mapper slot, so the next element can be read while the mappers run. Those elements have their own cap of `concurrency`, so the source never sees more than `concurrency` overlapping `next()` calls, even with `backpressure: Infinity`. `backpressure` caps everything in flight together.
				let readingCount = 0;
				let runningMappersCount = 0;

				// The workers waiting for a mapper slot, in the order they started waiting. A finished mapper hands its slot to the oldest one.
				const mapperWaiters = new Map();
				let mapperWaiterCount = 0;
				let wokenMapperWaiterCount = 0;

				const releaseMapperSlot = () => {
					if (wokenMapperWaiterCount === mapperWaiterCount) {
						runningMappersCount--;
						return;
					}

					mapperWaiters.get(wokenMapperWaiterCount)();
					mapperWaiters.delete(wokenMapperWaiterCount++);
				};

				let index = 0;

				// The lowest index whose mapper returned `pMapStop`, or, with `preserveOrder`, whose pull, element, or mapper threw. The stream ends there, like a `break` or a `throw` in a loop. Once it is set, nothing past it is pulled, and no pending element past it is mapped, while the earlier elements still finish and are yielded first. `isDone` cannot do this, as it would drop the values of the earlier elements too.
				let stopIndex = Number.POSITIVE_INFINITY;

				// Without `preserveOrder`, each spawn still takes a slot in `promises`, so `backpressure` counts the same, but the slots are filled in the order the workers settle rather than the order they were spawned in, so the consumer gets whichever result is ready first. A worker always fills the oldest empty slot, at `fillIndex`. An empty slot is `undefined`, and a filled one holds the result itself rather than a promise, so a result costs a promise only when the consumer has to wait for it, through `wake`.
				let fillIndex = 0;
				let wake;

				// The indexes of the pulls whose worker has not filled a slot yet, without `preserveOrder`.
				const unfilledIndexes = new Set();

				// The consumer waits only when the head is empty, and then the oldest empty slot is the head, so the first fill wakes it.
				const fillSlot = result => {
					promises[fillIndex++] = result;
					wake?.(result);
					wake = undefined;
				};

				const pull = createPuller(iterator);

				function trySpawn() {
					// Do not spawn once the consumer is gone, the source is done, or the stream ends at an earlier element. The pull would be wasted work, and for a one-shot source, like a queue, it takes an item nobody is going to ask for.
					if (isDone || isIterableDone || index > stopIndex || readingCount >= concurrency || promises.length - headIndex >= backpressure) {
						return;
					}

					readingCount++;

					// Take the index when the pull starts, not when it resolves, so a source that
					// settles its `next()` calls out of call order still gets the right position.
					const currentIndex = index++;

					// Errors must be returned as a value instead of rejecting, otherwise a promise that
					// the consumer abandons after an earlier error becomes an unhandled rejection.
					const promise = (async () => {
						try {
							let element;
							try {
								const {done, value} = await pull();

								if (done) {
									isIterableDone = true;
									doneIndex = Math.min(doneIndex, currentIndex);
									return {done: true};
								}

								// Spawn if still below the reading and backpressure limits
								trySpawn();

								element = await value;

								if (runningMappersCount < concurrency) {
									runningMappersCount++;
								} else {
									// `releaseMapperSlot` hands the slot over without decrementing `runningMappersCount`, so it is already counted.
									await new Promise(resolve => {
										mapperWaiters.set(mapperWaiterCount++, resolve);
									});
								}
							} finally {
								readingCount--;
							}

							// Spawn now that this element is no longer waiting for a mapper, so the next one is read while this one is mapped
							trySpawn();

							let returnValue;
							try {
								// The consumer stopped iterating, or the stream ends before this element, while this element was being read or waiting for a mapper, so drop it instead of doing work nobody will consume.
								if (isDone || currentIndex > stopIndex) {
									return {done: false, value: pMapSkip};
								}

								returnValue = await mapper(element, currentIndex);
							} finally {
								releaseMapperSlot();
							}

							if (returnValue === pMapStop) {
								stopIndex = Math.min(stopIndex, currentIndex);
							}

							return {done: false, value: returnValue};
						} catch (error) {
							// With `preserveOrder`, the error is thrown at its own position, after the results before it, so those still finish. Without it, the error is thrown as soon as it settles, so nothing still pending can be yielded anymore.
							// An error from a pull after the end of the source is dropped, as `done` is final, so it must have no effect. `doneIndex` is set before the worker that saw `done` settles, so its slot hand-back runs before the delivery check of any error that sees it here, and the two always agree.
							if (preserveOrder) {
								stopIndex = Math.min(stopIndex, currentIndex);
							} else if (currentIndex < doneIndex) {
								isDone = true;
							}

							return {error};
						}
					})();

					if (preserveOrder) {
						promises.push(promise);
						return;
					}

					promises.push(undefined);

					unfilledIndexes.add(currentIndex);

					// The worker never rejects, as errors are returned as a value.
					// The slot is filled here, a tick after the worker settles, rather than by the worker itself, for the same reason the consumer awaits a filled slot: so the consumer never runs, and pulls, earlier.
					promise.then(result => {
						// The slot was already given back, as the pull came after the end of the source.
						if (!unfilledIndexes.delete(currentIndex)) {
							return;
						}

						if (result.done) {
							// The pulls made after this one came after the end of the source, and a source like a queue may never answer them, so give their slots back now instead of waiting on them.
							for (const unfilledIndex of unfilledIndexes) {
								if (unfilledIndex > currentIndex) {
									unfilledIndexes.delete(unfilledIndex);
									fillSlot({done: true});
								}
							}
						}

						fillSlot(result);
					});
				}

				trySpawn();

				try {
					while (headIndex < promises.length) {
						// Without `preserveOrder`, a filled slot holds the result itself, and it is still awaited. That takes one tick, like awaiting a settled promise, so the consumer, and its `trySpawn()`, never run earlier than with a promise in the slot. Taking a ready result without the tick can make the consumer pull before it sees a stop or the end of the source, and a one-shot source, like a queue, would lose that item.
						// eslint-disable-next-line no-await-in-loop
						const result = await (promises[headIndex] ?? new Promise(resolve => {
							wake = resolve;
						}));
						const {done, value} = result;

						// Release the entry instead of leaving it for a `shift()` to move, and drop the
						// consumed prefix once it is at least half the array. That keeps the backing
						// store proportional to the results still in flight rather than to the total
						// ever spawned, which matters for an endless source, while costing one copy per
						// half of the array, so it stays O(1) per element.
						promises[headIndex] = undefined;
						headIndex++;

						if (headIndex * 2 >= promises.length) {
							promises = promises.slice(headIndex);
							fillIndex -= headIndex;
							headIndex = 0;
						}

						if (Object.hasOwn(result, 'error')) {
							throw result.error;
						}

						if (done) {
							// Without `preserveOrder`, the `done` can arrive while other workers are still running.
							if (preserveOrder) {
								return;
							}

							continue;
						}

						// The stream ends where the stop would have been yielded: after the earlier elements with `preserveOrder`, and after the results that were ready before it without.
						if (value === pMapStop) {
							return;
						}

						// Spawn if just dropped below the backpressure limit and still below the reading limit
						trySpawn();

						// A `pMapSkip` result stays in `promises` and is stepped over here. Splicing it out
						// in the worker instead would make every skip an O(n) scan and move, so a run of
						// skips would be O(n²).
						if (value === pMapSkip) {
							continue;
						}

						yield value;
					}
				} finally {
					// Stop pulling input once the consumer stops iterating, otherwise pending skipped mappers keep spawning work.
					isDone = true;

					if (!isIterableDone) {
						closeIterator(iterator);
					}
				}
			})();

			// Override `return()` and `throw()` on the generator itself instead of wrapping it, so it
			// keeps what it inherits, like `Symbol.asyncDispose` for `await using`, and `next()` stays
			// the native one. Plain functions, not `async`: the generator already returns a promise,
			// and an `async` function would wrap it in two more promises and two more microtask hops.
			const {return: generatorReturn, throw: generatorThrow} = generator;

			generator.return = value => {
				isDone = true;
				return generatorReturn.call(generator, value);
			};

			generator.throw = error => {
				isDone = true;
				return generatorThrow.call(generator, error);
			};

			return generator;
		},
	};
}

const pMapSkip = Symbol('skip');

const pMapStop = Symbol('stop');

// The checks `pMap` and `pMapIterable` share, so both reject the same input the same way.
// `mapConcurrently` runs this inside its promise, so a bad argument rejects rather than throws.
function validateOptions(iterable, mapper, concurrency) {
	// Optional chaining, so a nullish input gets this message rather than Node's internal
	// "null is not iterable".
	if (iterable?.[Symbol.iterator] === undefined && iterable?.[Symbol.asyncIterator] === undefined) {
		throw new TypeError(`Expected \`input\` to be either an \`Iterable\` or \`AsyncIterable\`, got (${typeof iterable})`);
	}

	if (typeof mapper !== 'function') {
		throw new TypeError('Mapper function is required');
	}

	if (!isLimit(concurrency, 1)) {
		throw new TypeError(`Expected \`concurrency\` to be an integer from 1 and up or \`Infinity\`, got \`${concurrency}\` (${typeof concurrency})`);
	}
}

// Whether the value is an integer from `minimum` and up, or `Infinity`, as `concurrency` and `backpressure` must be.
function isLimit(value, minimum) {
	return (Number.isSafeInteger(value) && value >= minimum) || value === Number.POSITIVE_INFINITY;
}

// Read the entries of a `Map`, or else the own enumerable keys, strings and symbols, in the order and the way `Promise.allKeyed` does, all up front. Each value gets a handler right away, also like `Promise.allKeyed`, so a value that rejects before a mapper slot reaches it is not an unhandled rejection.
function getKeyedEntries(input) {
	if (input === null || (typeof input !== 'object' && typeof input !== 'function')) {
		throw new TypeError(`Expected \`input\` to be an object, got (${input === null ? 'null' : typeof input})`);
	}

	const entries = [];

	const addEntry = (key, value) => {
		// Resolve the whole entry, so the engine checks termination after the value settles and before the mapper runs.
		entries.push(Promise.resolve(value).then(
			value => [key, {status: 'fulfilled', value}],
			error => [key, {status: 'rejected', reason: error}],
		));
	};

	if (input instanceof Map) {
		for (const [key, value] of input) {
			addEntry(key, value);
		}
	} else {
		for (const key of Reflect.ownKeys(input)) {
			if (Object.getOwnPropertyDescriptor(input, key)?.enumerable) {
				addEntry(key, input[key]);
			}
		}
	}

	return entries;
}

// Take the async iterator when the input has both, like `for await` does.
function getIterator(iterable) {
	return iterable[Symbol.asyncIterator] === undefined ? iterable[Symbol.iterator]() : iterable[Symbol.asyncIterator]();
}

// Close the source so it can release its resources, like `for await` does.
// Callers must not await this so a source that is blocked in `next()` cannot block them.
async function closeIterator(iterator) {
	try {
		await iterator.return?.();
	} catch {}
}

// Pull the next item, and stop pulling once the source has reported `done`: a source like a queue
// may block in `next()` after it is exhausted, which would hang the caller. `done` is final, like
// `for await`, so anything the source produces after it is dropped.
function createPuller(iterator) {
	let isSourceDone = false;

	// A sync iterable, like an array, answers right away, so `done` can be seen here. An async
	// iterable is seen in the `then` below, as soon as its pull settles.
	const markDone = item => {
		if (item?.done) {
			isSourceDone = true;
		}
	};

	return () => {
		if (isSourceDone) {
			return {done: true};
		}

		const result = iterator.next();
		markDone(result);

		// A sync iterable, like an array, answers right away, so `done` has been read already and
		// the result can go back untouched.
		if (typeof result?.then !== 'function') {
			return result;
		}

		// An async iterable settles later, so `done` is read off the pull once it does. That is a
		// branch of its own, which leaves the caller awaiting the pull itself rather than a promise
		// derived from it, so an async source does not pay an extra microtask per element. The
		// rejection is handled here as well as by the caller, so a pull cannot escape as an
		// unhandled rejection. A thenable that is not a promise is turned into one first, so it is
		// subscribed to once, like `for await` does, while a native promise is returned as is.
		const promise = Promise.resolve(result);
		promise.then(markDone, () => {});

		return promise;
	};
}

// EXTERNAL MODULE: ./lib/quay/http/stopped-error.js
var stopped_error = __nccwpck_require__(6619);
;// CONCATENATED MODULE: ./lib/runner/progress-log.js


const EVERY_MS = 5000;
/** Prints at most one line every five seconds on how far the run is. */
class Progress {
    #total;
    #mode;
    #startedAt = performance.now();
    #timer;
    #done = 0;
    #said = 0;
    constructor(total, mode) {
        this.#total = total;
        this.#mode = mode;
        this.#timer = setInterval(() => this.#say(), EVERY_MS).unref();
    }
    count() {
        this.#done += 1;
    }
    end() {
        clearInterval(this.#timer);
    }
    #say() {
        if (this.#done === this.#said)
            return;
        this.#said = this.#done;
        (0,log/* info */.pq)(progressLine({
            mode: this.#mode,
            done: this.#done,
            total: this.#total,
            elapsed: (performance.now() - this.#startedAt) / 1000,
        }));
    }
}

;// CONCATENATED MODULE: ./lib/cleanup/delete-tags.js





/** A tag may have been pushed again since it was listed; after this many seconds it is looked at once more. */
const LISTING_IS_OLD_AFTER = 60;
/** The tags to change, with the time at which each repository was listed. */
function selectionsOf(plans, listings) {
    const listedAt = new Map(listings.map((listing) => [listing.repository, listing.listedAt]));
    return plans
        .map(({ repository, tags }) => ({
        repository,
        tags: tags.filter(({ verdict }) => verdict.kind === 'delete').map(({ tag }) => tag),
        listedAt: listedAt.get(repository) ?? 0,
    }))
        .filter(({ tags }) => tags.length > 0);
}
/**
 * Changes the selected tags, each by a request of its own.
 *
 * What fails is an outcome, and the rest goes on; only a refused credential or a stop ends the sending.
 */
async function carryOut(selections, options) {
    const refused = new AbortController();
    const total = selections.reduce((sum, { tags }) => sum + tags.length, 0);
    const progress = new Progress(total, options.rules.expireAt === undefined ? 'delete' : 'expire');
    const work = { ...options, stop: AbortSignal.any([options.stop, refused.signal]), refused, progress };
    try {
        const changed = await pMap(selections, async (selection) => [selection.repository, await carryOutIn(selection, work)], {
            concurrency: options.concurrency,
        });
        return new Map(changed);
    }
    finally {
        progress.end();
    }
}
async function carryOutIn({ repository, tags, listedAt }, work) {
    const { store, stop, refused, now, rules } = work;
    const outcomes = new Map();
    const change = await changer({ repository, count: tags.length, stop }, work);
    const changeOne = async (tag) => {
        if (stop.aborted)
            return { kind: 'not-attempted' };
        try {
            const moved = judgesMovingFacts(rules) && now() - listedAt > LISTING_IS_OLD_AFTER
                ? await howItMoved(store, repository, tag)
                : undefined;
            return moved ?? (await change(tag.name));
        }
        catch (error) {
            if (error instanceof stopped_error/* StoppedError */.K)
                return { kind: 'not-attempted' };
            if (error instanceof errors/* CredentialRefusedError */.i)
                refused.abort(error);
            return { kind: 'failed', error: (0,log/* explain */.WE)(error) };
        }
    };
    const settle = async (tag) => {
        outcomes.set(tag.name, await changeOne(tag));
        work.progress.count();
    };
    await pMap(tags, settle, { concurrency: work.concurrency });
    return outcomes;
}
/** Whether the rules judge what a new push changes. */
function judgesMovingFacts({ olderThan, keepNewest, notPulledFor }) {
    return olderThan !== undefined || keepNewest !== undefined || notPulledFor !== undefined;
}
async function changer(batch, { store, rules: { expireAt } }) {
    if (expireAt !== undefined) {
        return async (tag) => {
            const result = await store.expire(batch, tag, expireAt);
            return result === 'expiring' ? { kind: 'expiring', expiration: expireAt } : removalOutcome(result);
        };
    }
    const remove = await store.deleter(batch);
    return async (tag) => removalOutcome(await remove(tag));
}
function removalOutcome(removal) {
    return removal === 'immutable' ? { kind: 'kept', reason: 'immutable' } : { kind: removal };
}
/** A tag that was pushed again since the listing is not the tag that was judged: it stays. */
async function howItMoved(store, repository, judged) {
    const now = await store.reread(repository, judged.name);
    if (!now)
        return { kind: 'gone' };
    const same = now.digest === judged.digest && now.lastModified === judged.lastModified;
    return same ? undefined : { kind: 'kept', reason: 'pushed again while this run was going on' };
}

;// CONCATENATED MODULE: ./lib/selection/shard.js



const MOST_SHARDS = 1000;
/**
 * Reads `2/8`.
 *
 * @throws InvalidInputError
 */
function parseShard(text) {
    const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
    if (index === undefined || count === undefined || index < 1 || index > count || count > MOST_SHARDS) {
        throw new InvalidInputError(`${quote(text)} is no shard. Write which of how many, such as \`2/8\`: from \`1/8\` to \`8/8\`, at most ${MOST_SHARDS}.`);
    }
    return { index, count };
}
/** Whether a repository (`namespace/name`) belongs to the shard: always to the same one of a count, whatever else there is. */
function inShard(repository, { index, count }) {
    return (0,external_node_crypto_.createHash)('sha256').update(repository).digest().readUInt32BE() % count === index - 1;
}

;// CONCATENATED MODULE: ./lib/cleanup/find-repositories.js


/**
 * Finds the repositories that the selectors name or match, and takes this run's shard of them.
 *
 * @throws QuayError where a glob matches nothing
 */
async function find_repositories_findRepositories(store, { selectors, shard, }) {
    const found = new Set();
    const notes = [];
    for (const selector of selectors) {
        if (selector.kind === 'exact') {
            found.add(selector.repository);
            continue;
        }
        const matching = (await store.findRepositories(selector.namespace)).filter(({ repository }) => selector.matches(repository));
        for (const { repository, unwritable } of matching) {
            if (unwritable)
                notes.push(`Skipped ${repository}: it ${unwritable}.`);
            else
                found.add(repository);
        }
        if (matching.length === 0) {
            throw new errors/* QuayError */.x(`No repository matches \`${selector.text}\`. With an OAuth token, the token's owner must see the repositories; a robot account can only list public ones: name the private ones, one a line.`);
        }
    }
    const repositories = [...found].filter((repository) => !shard || inShard(repository, shard));
    if (shard)
        notes.push(`Shard ${shard.index}/${shard.count}: ${repositories.length} of ${found.size} matching repositories.`);
    return { repositories, notes };
}

;// CONCATENATED MODULE: ./lib/model/duration.js


const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 };
const LONGEST_SECONDS = 100 * 365 * SECONDS.d;
const LONGEST_TEXT = 100;
/**
 * Reads `30d`, or several parts such as `1w 3d`: whole numbers with the units `s`, `min`, `h`, `d`, `w`, each once.
 *
 * @throws InvalidInputError, for `6m` too, which could be minutes or months, and for more than 100 years
 */
function parseDuration(text) {
    if (text.length > LONGEST_TEXT || !/^\s*(\d+\s*[a-z]+\s*)+$/i.test(text))
        throw unreadable(text);
    const seconds = new Map();
    for (const [, digits = '', unit = ''] of text.matchAll(/(\d+)\s*([a-z]+)/gi)) {
        if (/^m$/i.test(unit))
            throw ambiguous(text, digits);
        if (!isUnit(unit))
            throw unreadable(text);
        if (seconds.has(unit)) {
            throw new InvalidInputError(`${quote(text)} has the unit \`${unit}\` twice. Write each unit once.`);
        }
        seconds.set(unit, Number(digits) * SECONDS[unit]);
    }
    const total = [...seconds.values()].reduce((sum, part) => sum + part, 0);
    if (total > LONGEST_SECONDS) {
        throw new InvalidInputError(`${quote(text)} is more than 100 years. Write a shorter duration.`);
    }
    if (total === 0) {
        throw new InvalidInputError(`${quote(text)} is no time at all. Write a longer duration, or leave the input out.`);
    }
    return { text: text.trim().replace(/\s+/g, ' '), seconds: total };
}
function isUnit(unit) {
    return Object.hasOwn(SECONDS, unit);
}
function ambiguous(text, digits) {
    return new InvalidInputError(`${quote(text)} is ambiguous: \`m\` could be minutes or months. Write \`${digits}min\`, or days such as \`180d\`.`);
}
function unreadable(text) {
    return new InvalidInputError(`${quote(text)} is no duration. Write a whole number and a unit (\`s\`, \`min\`, \`h\`, \`d\`, \`w\`), such as \`30d\` or \`1w 3d\`.`);
}

;// CONCATENATED MODULE: ./lib/quay/registry.js

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/**
 * Reads `host`, `host:port` or `https://host`; `http://` only for loopback addresses, since a token must not travel in clear.
 *
 * @throws InvalidInputError
 */
function parseRegistry(text) {
    const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    const url = URL.parse(hasScheme ? text : `https://${text}`);
    if (url?.username || url?.password) {
        throw new InvalidInputError('`registry` holds a user name or a password. Write the host alone, and the credentials in their own inputs.');
    }
    if (!url || !/^https?:$/.test(url.protocol) || !url.hostname || /[\s\\%]/.test(text)) {
        throw new InvalidInputError(`\`registry\` is ${JSON.stringify(text)}, which is no host. Write for example \`quay.io\` or \`quay.example:8443\`.`);
    }
    if (url.pathname !== '/' || url.search || url.hash || text.includes('?') || text.includes('#')) {
        throw new InvalidInputError(`\`registry\` is ${JSON.stringify(text)}. Write the host alone (\`${url.host}\`); repositories belong in \`repository\`.`);
    }
    if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
        throw new InvalidInputError(`\`registry\` is ${JSON.stringify(text)}: over http:// a token would travel in clear. Write \`https://${url.host}\`.`);
    }
    return { host: url.host, origin: new URL(url.origin) };
}

// EXTERNAL MODULE: ./lib/runner/secrets.js
var secrets = __nccwpck_require__(2811);
;// CONCATENATED MODULE: ./lib/runner/input-reader.js



/** Every problem of a run's inputs at once. */
class InvalidInputsError extends Error {
    name = 'InvalidInputsError';
    problems;
    constructor(problems) {
        super(problems.length === 1
            ? `An input is not valid: ${problems[0]}`
            : `${problems.length} inputs are not valid:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
        this.problems = problems;
    }
}
/** Reads action inputs, and collects what is wrong with them instead of stopping at the first. */
class InputReader {
    #problems = [];
    /** The input's text without the white space around it; empty where it was not given. */
    text(name) {
        return core/* getInput */.V4(name);
    }
    /** The input's text, kept out of the log from here on. */
    secret(name) {
        const text = core/* getInput */.V4(name);
        if (text === '')
            return undefined;
        (0,secrets/* keepSecret */.g)(text);
        if (/[^\x21-\x7e]/.test(text)) {
            this.problem(`\`${name}\` holds white space or characters that no credential has. Check the secret for a line break or a stray quote.`);
        }
        return text;
    }
    required(name) {
        const text = this.text(name);
        if (text === '')
            this.problem(`\`${name}\` is required and was not given.`);
        return text;
    }
    /** What `parse` makes of the input; undefined where it was not given or is not valid. */
    optional(name, parse) {
        const text = this.text(name);
        return text === '' ? undefined : this.attempt(name, () => parse(text));
    }
    /** What `read` returns; undefined where it throws an InvalidInputError, whose message is collected. */
    attempt(name, read) {
        try {
            return read();
        }
        catch (error) {
            for (const problem of error instanceof AggregateError ? error.errors : [error]) {
                if (!(problem instanceof InvalidInputError))
                    throw error;
                this.problem(problem.message.startsWith('`') ? problem.message : `\`${name}\`: ${problem.message}`);
            }
            return undefined;
        }
    }
    /** A boolean in the spellings of YAML 1.2. */
    boolean(name) {
        const text = this.text(name);
        if (/^(true|True|TRUE)$/.test(text))
            return true;
        if (text !== '' && !/^(false|False|FALSE)$/.test(text)) {
            this.problem(`\`${name}\` is ${JSON.stringify(text)}. Write \`true\` or \`false\`.`);
        }
        return false;
    }
    /** A whole number within bounds, `fallback` where it was not given. */
    wholeNumber(name, bounds) {
        const { min, max, fallback } = bounds;
        return (this.optional(name, (text) => {
            const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
            if (number >= min && number <= max)
                return number;
            throw new InvalidInputError(`\`${name}\` is ${JSON.stringify(text)}. Write a whole number from ${min} to ${max}.`);
        }) ?? fallback);
    }
    problem(text) {
        this.#problems.push(text);
    }
    /** @throws InvalidInputsError if anything was wrong */
    finish() {
        if (this.#problems.length > 0)
            throw new InvalidInputsError(this.#problems);
    }
}

;// CONCATENATED MODULE: ./lib/selection/patterns/repository-pattern.js





/**
 * Reads the input `repository`, a repository or a glob a line. `host/namespace/name` is accepted for the registry's own host.
 * An input that was not given names none.
 *
 * @throws AggregateError of every InvalidInputError
 */
function parseRepositories(text, registryHost) {
    const lines = meaningfulLines(text);
    if (text !== '' && lines.length === 0) {
        throw new AggregateError([
            new InvalidInputError('`repository` names none. Write `namespace/name`, one a line.'),
        ]);
    }
    const { values, problems } = readLines(lines, (line) => parseRepository(line, registryHost));
    if (problems.length > 0)
        throw new AggregateError(problems, 'Some repositories are not valid.');
    return [...new Map(values.map((selector) => [pathOf(selector), selector])).values()];
}
function pathOf(selector) {
    return selector.kind === 'exact' ? selector.repository : selector.text;
}
const NAMESPACE = /^[a-z0-9][a-z0-9._-]{0,254}$/;
const NAME = /^[a-z0-9_][a-z0-9._/-]{0,254}$/;
const WILDCARD = /[*?[\]{}]/;
function parseRepository(line, registryHost) {
    refuseForeign(line);
    const path = withoutHost(line, registryHost);
    const parts = path.split('/');
    const [namespace = '', ...rest] = parts;
    const name = rest.join('/');
    if (parts.some((part) => ['', '.', '..'].includes(part))) {
        throw invalid(line, 'with an empty part, `.` or `..`. Write `namespace/name`');
    }
    if (name === '')
        throw invalid(line, 'which has no namespace. Write `namespace/name`');
    if (WILDCARD.test(namespace)) {
        throw invalid(line, 'with a wildcard in the namespace. Write each namespace on a line of its own');
    }
    if (!NAMESPACE.test(namespace))
        throw foreignCharacters(line);
    if (WILDCARD.test(name))
        return { kind: 'glob', text: path, namespace, matches: matcher(line, { namespace, name }) };
    if (!NAME.test(name))
        throw foreignCharacters(line);
    return { kind: 'exact', repository: path };
}
function matcher(line, { namespace, name }) {
    const expanded = expandBraces(name);
    for (const glob of expanded) {
        const foreign = glob.replace(/\[[!^]?([a-z0-9._-]+)\]/g, '?').replaceAll(/[a-z0-9._/*?-]/g, '');
        if (/\{(?:pr|branch)\}/.test(glob))
            throw invalid(line, 'with a placeholder. Placeholders belong in `tags`');
        if (foreign !== '')
            throw foreignCharacters(line);
    }
    const globs = expanded.map((glob) => parseGlob(`${namespace}/${glob}`));
    return (repository) => globs.some((glob) => fits(glob, repository));
}
function refuseForeign(line) {
    if (/^[a-z]+:\/\//i.test(line)) {
        throw invalid(line, 'an address. Write `namespace/name`, and the host in `registry`');
    }
    if (line.includes('%'))
        throw invalid(line, 'with an encoded character. Write `namespace/name` plainly');
    if (line.includes('@')) {
        throw invalid(line, 'with a digest. Tags are deleted by name only: write `namespace/name`, and the names in `tags`');
    }
    if (line.includes(',') && !line.includes('{')) {
        throw invalid(line, 'with a comma. Write one repository a line');
    }
}
/** Without the registry's host; a first part that looks like another host is refused. */
function withoutHost(line, registryHost) {
    const [first = '', ...rest] = line.split('/');
    const isOwn = first.toLowerCase() === registryHost.toLowerCase();
    const path = isOwn ? rest.join('/') : line;
    if (!isOwn && rest.length > 1 && /[.:\]]/.test(first) && !/[*?{]/.test(first)) {
        throw invalid(line, `on ${quote(first)}, and \`registry\` is ${quote(registryHost)}. Clean up one registry in a step, and leave the host out`);
    }
    if (path.includes(':')) {
        throw invalid(line, 'with a tag. Write `namespace/name` here, and the tag in `tags`');
    }
    return path;
}
function foreignCharacters(line) {
    return invalid(line, 'with characters that no repository has, or too many. Write `namespace/name` in lower case, of letters, digits, `.`, `_` and `-`');
}
function invalid(line, what) {
    return new InvalidInputError(`\`repository\` has ${quote(line)}, ${what}.`);
}

;// CONCATENATED MODULE: ./lib/cleanup/inputs.js








/** The most requests in flight that a registry is asked to bear. */
const CONCURRENCY = { min: 1, max: 100, fallback: 16 };
/**
 * Reads and validates all inputs of the cleanup action.
 *
 * @throws InvalidInputsError with every problem that was found
 */
function readCleanupInputs() {
    const reader = new InputReader();
    const registry = reader.attempt('registry', () => parseRegistry(reader.text('registry') || 'quay.io'));
    const host = registry?.host ?? 'quay.io';
    const dryRun = reader.boolean('dry-run');
    const credentials = readCredentials(reader, { host, dryRun });
    const repositories = reader.attempt('repository', () => parseRepositories(reader.required('repository'), host)) ?? [];
    const rules = readRules(reader);
    const expireIn = reader.optional('expire-in', parseDuration);
    if (expireIn && credentials.kind !== 'oauth') {
        reader.problem('`expire-in` needs an OAuth `token`: a robot account cannot set expirations.');
    }
    const inputs = {
        repositories,
        credentials,
        rules,
        dryRun,
        concurrency: reader.wholeNumber('concurrency', CONCURRENCY),
        ...inputs_given('shard', reader.optional('shard', parseShard)),
        ...inputs_given('expireIn', expireIn),
        ...inputs_given('maxDeletes', reader.optional('max-deletes', parseLimit)),
        ...inputs_given('timeBudget', reader.optional('time-budget', parseDuration)),
        ...inputs_given('githubToken', reader.secret('github-token')),
    };
    reader.finish();
    if (!registry)
        throw new Error('An invalid registry was not reported.');
    return { ...inputs, registry };
}
function readRules(reader) {
    const tags = reader.required('tags');
    const patterns = tags === ''
        ? undefined
        : reader.attempt('tags', () => parsePatterns({ tags, excludeTags: reader.text('exclude-tags') }));
    const keepNewest = reader.wholeNumber('keep-n-most-recent', { min: 0, max: 1_000_000, fallback: 0 });
    const rules = {
        tags: patterns?.tags ?? [],
        exclude: patterns?.exclude ?? [],
        cleanOrphanedSignatures: reader.boolean('clean-orphaned-signatures'),
        ...inputs_given('olderThan', reader.optional('older-than', parseDuration)),
        ...inputs_given('keepNewest', keepNewest > 0 ? keepNewest : undefined),
        ...inputs_given('notPulledFor', reader.optional('not-pulled-for', parseDuration)),
    };
    if (patterns) {
        reader.attempt('tags', () => refuseUnbounded(rules));
        reader.attempt('tags', () => refuseLoneBranch(rules));
    }
    return rules;
}
const THREE_WAYS = 'Set `token` (an OAuth access token), or `username` and `password` (a robot account), or `username` alone with `permissions: id-token: write` (keyless).';
function readCredentials(reader, { host, dryRun }) {
    const token = reader.secret('token');
    const password = reader.secret('password');
    const username = reader.optional('username', parseRobotName);
    const audience = reader.optional('oidc-audience', parseAudience) ?? host;
    if (token && (username || password)) {
        reader.problem(`Both \`token\` and \`${username ? 'username' : 'password'}\` are given. Keep one kind of credential.`);
    }
    if (token)
        return { kind: 'oauth', token };
    if (username && password)
        return { kind: 'robot', username, password };
    if (username)
        return { kind: 'oidc', username, audience };
    if (password)
        reader.problem('`password` is given without `username`. Add the name of the robot account, such as `acme+ci`.');
    else if (reader.text('username') === '' && !dryRun)
        reader.problem(`No credentials are given. ${THREE_WAYS} Secrets are empty in a pull request from a fork: see the README. Only a dry run on a public repository works without credentials.`);
    return { kind: 'anonymous' };
}
function parseRobotName(text) {
    if (/^[a-z0-9][a-z0-9._-]*\+[a-z0-9_-]+$/i.test(text))
        return text;
    throw new InvalidInputError(`\`username\` is ${JSON.stringify(text)}. Write a robot account with its namespace, such as \`acme+ci\`; a person's account cannot delete by token.`);
}
function parseAudience(text) {
    if (/^[\x21-\x7e]{1,512}$/.test(text))
        return text;
    throw new InvalidInputError("`oidc-audience` holds white space or unusual characters. Write the audience of the robot account's federation entry, such as `quay.io`.");
}
/** The property, left out where the value is undefined. */
function inputs_given(key, value) {
    return value === undefined ? {} : { [key]: value };
}

;// CONCATENATED MODULE: ./lib/cleanup/list-remaining.js



/** Lists again every repository that something was deleted from; the others are as they were. */
async function listRemaining(listings, options) {
    const tags = new Map();
    const corrections = new Map();
    const errors = new Map();
    const listAgain = async (listing) => {
        const { repository } = listing;
        const outcomes = options.outcomes.get(repository) ?? new Map();
        if (outcomes.size === 0)
            return void tags.set(repository, listing.tags);
        try {
            const now = await options.store.list(repository);
            (0,log/* info */.pq)(`${repository}: ${countOf(now.length, 'tag')}`);
            const removed = removedTags(listing, outcomes);
            tags.set(repository, now.filter((tag) => !isStale(tag, removed)));
            corrections.set(repository, correct(now, removed));
        }
        catch (error) {
            errors.set(repository, `The tags that remain could not be listed: ${(0,log/* explain */.WE)(error)}`);
        }
    };
    await pMap(listings, listAgain, { concurrency: options.concurrency });
    return { tags, corrections, errors };
}
function removedTags({ tags }, outcomes) {
    const isRemoved = ({ name }) => ['deleted', 'gone'].includes(outcomes.get(name)?.kind ?? '');
    return new Map(tags.filter(isRemoved).map((tag) => [tag.name, tag]));
}
/** A list of names alone comes from the registry API, which shows a deleted tag for up to two minutes more. */
function isStale(tag, removed) {
    return tag.lastModified === undefined && removed.has(tag.name);
}
/** The same tag, of the same digest and time, was not deleted; one that was pushed again since is another tag. */
function correct(now, removed) {
    const survivors = now.filter((tag) => {
        const before = removed.get(tag.name);
        return (before !== undefined &&
            tag.lastModified !== undefined &&
            tag.lastModified === before.lastModified &&
            tag.digest === before.digest);
    });
    const outcome = {
        kind: 'failed',
        error: 'The registry said that the tag was deleted, and still lists it.',
    };
    return new Map(survivors.map(({ name }) => [name, outcome]));
}

;// CONCATENATED MODULE: ./lib/cleanup/list-tags.js




function isListed(listing) {
    return listing.kind === 'listed';
}
/** Checks and lists every repository. One that fails does not stop the others. */
function listAll(repositories, options) {
    return pMap(repositories, (repository) => listOne(repository, options), {
        concurrency: options.concurrency,
    });
}
async function listOne(repository, { store, rules, willChange, now }) {
    try {
        const facts = await store.inspect(repository);
        if (willChange && facts.obstacle)
            throw facts.obstacle;
        refuseUnknowable(repository, { rules, knows: await store.knows(repository) });
        const listedAt = now();
        const tags = await store.list(repository);
        (0,log/* info */.pq)(`${repository}: ${countOf(tags.length, 'tag')}`);
        return { kind: 'listed', repository, facts, tags, listedAt };
    }
    catch (error) {
        (0,log/* info */.pq)(`${repository}: failed`);
        return { kind: 'failed', repository, error };
    }
}
/** A condition on facts that these credentials never show would keep every tag for ever: better to say so. */
function refuseUnknowable(repository, { rules, knows }) {
    const dated = [
        ...(rules.olderThan ? ['`older-than`'] : []),
        ...(rules.keepNewest === undefined ? [] : ['`keep-n-most-recent`']),
        ...(rules.notPulledFor ? ['`not-pulled-for`'] : []),
        ...(rules.cleanOrphanedSignatures ? ['`clean-orphaned-signatures`'] : []),
    ];
    if (!knows.dates && dated.length > 0) {
        throw new errors/* QuayError */.x(`${repository} is private, and a robot account sees only the names of its tags: ${dated.join(', ')} needs their dates and digests. Use an OAuth \`token\`, or leave ${dated.length === 1 ? 'it' : 'them'} out.`);
    }
    if (!knows.pulls && rules.notPulledFor) {
        throw new errors/* QuayError */.x('`not-pulled-for` needs pull statistics, which a robot account cannot read. Use an OAuth `token`, or leave it out.');
    }
}

// EXTERNAL MODULE: ./lib/github/client.js
var client = __nccwpck_require__(636);
// EXTERNAL MODULE: ./lib/github/errors.js
var github_errors = __nccwpck_require__(9452);
;// CONCATENATED MODULE: ./lib/github/branches.js


const LOOKUP = { what: 'branches', permission: 'contents: read' };
const QUERY = `query ($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(refPrefix: "refs/heads/", first: 100, after: $after) {
      nodes { name }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;
/**
 * The names of all branches.
 *
 * @throws GitHubError when any page is missing: a part of the branches is not enough to delete on
 */
async function listBranches({ github }) {
    const branches = new Set();
    let after = null;
    do {
        const { data, errors } = await github.query(LOOKUP, QUERY, { after });
        const { nodes, pageInfo } = (0,client/* asObject */.e)((0,client/* asObject */.e)(data['repository'])['refs']);
        const { hasNextPage, endCursor } = (0,client/* asObject */.e)(pageInfo);
        if (errors.length > 0 || !Array.isArray(nodes) || typeof hasNextPage !== 'boolean')
            throw incomplete(errors[0]?.message);
        for (const node of nodes)
            branches.add(nameOf(node));
        if (hasNextPage && (typeof endCursor !== 'string' || endCursor === after))
            throw incomplete('a page has no successor');
        after = hasNextPage && typeof endCursor === 'string' ? endCursor : null;
    } while (after !== null);
    // A repository without any branch runs no workflow: then the answer is not to be trusted.
    if (branches.size === 0)
        throw incomplete('it has none');
    return branches;
}
function nameOf(node) {
    const { name } = (0,client/* asObject */.e)(node);
    if (typeof name !== 'string')
        throw incomplete('a branch has no name');
    return name;
}
function incomplete(found) {
    return new github_errors/* GitHubError */.y(`GitHub's list of branches is not complete${found ? ` (${found})` : ''}. Nothing was deleted. Run again later.`);
}

;// CONCATENATED MODULE: ./lib/github/pull-requests.js


const BATCH = 100;
const pull_requests_LOOKUP = { what: 'pull requests', permission: 'pull-requests: read' };
/**
 * The state of each pull request as GitHub says now; `unknown` where the repository has none of that number.
 *
 * @throws GitHubError when any answer is missing: a part of the states is not enough to delete on
 */
async function lookUpPullRequests({ github, numbers, }) {
    const states = new Map();
    for (let from = 0; from < numbers.length; from += BATCH) {
        for (const [number, state] of await lookUpBatch(github, numbers.slice(from, from + BATCH)))
            states.set(number, state);
    }
    return states;
}
async function lookUpBatch(github, numbers) {
    const variables = Object.fromEntries(numbers.map((number, index) => [`n${index}`, number]));
    const declared = numbers.map((_, index) => `$n${index}: Int!`).join(', ');
    const fields = numbers.map((_, index) => `p${index}: pullRequest(number: $n${index}) { state }`).join('\n');
    const query = `query ($owner: String!, $name: String!, ${declared}) { repository(owner: $owner, name: $name) { ${fields} } }`;
    const { data, errors } = await github.query(pull_requests_LOOKUP, query, variables);
    const repository = (0,client/* asObject */.e)(data['repository']);
    const missing = new Set(errors.filter(({ type }) => type === 'NOT_FOUND').map(({ path }) => path[1]));
    const unexpected = errors.find(({ type }) => type !== 'NOT_FOUND');
    if (unexpected)
        throw new github_errors/* GitHubError */.y(`GitHub could not look up every pull request (${unexpected.message}). Nothing was deleted. Run again later.`);
    return numbers.map((number, index) => [
        number,
        stateOf(repository[`p${index}`], { number, isMissing: missing.has(`p${index}`) }),
    ]);
}
function stateOf(value, { number, isMissing }) {
    switch ((0,client/* asObject */.e)(value)['state']) {
        case 'OPEN':
            return 'open';
        case 'CLOSED':
            return 'closed';
        case 'MERGED':
            return 'merged';
        default:
            if (isMissing)
                return 'unknown';
            throw new github_errors/* GitHubError */.y(`GitHub's answer about pull request #${number} has no state that is known. Nothing was deleted. Run again later.`);
    }
}

;// CONCATENATED MODULE: ./lib/selection/age.js
/** Why a tag is too new to go. A date in the future is newer than any duration. */
function tooNew({ lastModified }, { olderThan, notPulledFor }, now) {
    const conditions = [
        { condition: 'older-than', duration: olderThan },
        // What was pushed or restored within the duration had no time to be pulled.
        { condition: 'not-pulled-for', duration: notPulledFor },
    ];
    for (const { condition, duration } of conditions) {
        if (!duration)
            continue;
        if (lastModified === undefined)
            return { kind: 'date-unknown', condition };
        if (now - lastModified <= duration.seconds)
            return { kind: 'newer-than', duration: duration.text };
    }
    return undefined;
}
/** Why the tag's last pull keeps it: it is too recent, unknown, or was not asked for. */
function stillPulled({ name }, { notPulledFor }, { now, lastPulls }) {
    if (!notPulledFor)
        return undefined;
    const lastPull = lastPulls?.get(name);
    if (lastPull === undefined)
        return { kind: 'pulls-not-asked' };
    if (lastPull === 'unknown')
        return { kind: 'pulls-unknown' };
    if (lastPull === 'never' || now - lastPull > notPulledFor.seconds)
        return undefined;
    return { kind: 'pulled-within', duration: notPulledFor.text, lastPulled: lastPull };
}
/** An expiration is never put off. */
function expiresSooner({ expiration }, { expireAt }) {
    return expireAt !== undefined && expiration !== undefined && expiration <= expireAt
        ? { kind: 'expires-sooner', expiration }
        : undefined;
}

;// CONCATENATED MODULE: ./lib/selection/branch-slug.js

/** Where tools that write a branch into a DNS label or a tag cut it off. */
const COMMON_LIMITS = [63, LONGEST_TAG];
/** What tools take for characters that cannot stand, one by one or in runs. */
const FOREIGN = [/[^a-z0-9._-]+/gi, /[^a-z0-9._-]/gi, /[^a-z0-9]+/gi, /[^a-z0-9]/gi];
/**
 * How a branch may stand in a tag, in lower case.
 *
 * docker/metadata-action writes each run of characters that a tag cannot hold as one `-`, and does not shorten. Other tools
 * write a `-` for each character, `.` and `_` among them, take hyphens off the ends, and cut the name off. A branch that
 * any of these writes keeps its tag.
 *
 * Sources: `sanitizeTag` in https://github.com/docker/metadata-action/blob/906ecf0fc0a80f9110f79d9e6c04b1080f4a2621/src/meta.ts
 * and https://github.com/rlespinasse/github-slug-action
 */
function branchSlugs(branch) {
    // The Kelvin sign is a letter `k` once it is in lower case, and a foreign character before: tools differ in the order.
    const written = [branch, branch.toLowerCase()].flatMap((name) => FOREIGN.map((foreign) => name.replace(foreign, '-').toLowerCase()));
    const whole = written.flatMap((slug) => [slug, withoutOuterHyphens(slug)]);
    const cut = whole.flatMap((slug) => COMMON_LIMITS.filter((limit) => slug.length > limit).map((limit) => slug.slice(0, limit)));
    return new Set([...whole, ...cut, ...cut.map(withoutOuterHyphens)]);
}
function withoutOuterHyphens(slug) {
    return slug.replace(/^-+/, '').replace(/(?<!-)-+$/, '');
}
/** The branches by the slugs under which tags may hold them; of two with one slug, the later. */
function indexBranches(branches) {
    return new Map([...branches].flatMap((branch) => [...branchSlugs(branch)].map((slug) => [slug, branch])));
}
/** A branch of the index that one of the readings of a tag may stand for. */
function findBranch(index, { name, readings }) {
    for (const reading of readings) {
        const slug = reading.toLowerCase();
        const branch = index.get(slug) ?? (isCutOff(name, reading) ? longerThan(index, slug) : undefined);
        if (branch !== undefined)
            return branch;
    }
    return undefined;
}
/** A tag of the greatest length may hold only the beginning of a branch. */
function isCutOff(name, reading) {
    return name.length === LONGEST_TAG && name.endsWith(reading);
}
function longerThan(index, beginning) {
    for (const [slug, branch] of index)
        if (slug.startsWith(beginning))
            return branch;
    return undefined;
}

;// CONCATENATED MODULE: ./lib/selection/candidate.js
/** @throws InvalidInputError for a pattern that backtracks without end */
function readCandidates(tags, patterns) {
    const names = tags.map(({ name }) => name);
    const wanted = patterns.tags.map((pattern) => ({ pattern, found: pattern.match(names) }));
    const unwanted = patterns.exclude.map((pattern) => ({ pattern, found: pattern.match(names) }));
    return tags.map((tag, index) => {
        const matches = [];
        for (const { pattern, found } of wanted) {
            const match = found[index];
            if (match)
                matches.push({ pattern, match });
        }
        const exclusion = unwanted.find(({ found }) => found[index] !== undefined);
        return exclusion ? { tag, matches, excludedBy: exclusion.pattern.text } : { tag, matches };
    });
}
/**
 * The newest of the tags that match and are not excluded.
 *
 * @param candidates - newest first
 */
function newestOf(candidates, count) {
    const counted = candidates.filter(({ matches, excludedBy }) => matches.length > 0 && excludedBy === undefined);
    return new Set(counted.slice(0, count).map(({ tag }) => tag.name));
}

;// CONCATENATED MODULE: ./lib/selection/placeholders.js

/** GitHub's numbers fit into 32 bits: a larger one is no pull request. */
const LARGEST_NUMBER = 2 ** 31 - 1;
/** Patterns that read different pull requests contradict each other. */
function belongingOf(matches) {
    const empty = matches.find(({ match }) => readsNothing(match));
    if (empty)
        return unclear({ kind: 'placeholder-empty', pattern: empty.pattern.text });
    const numbered = matches.flatMap(({ pattern, match }) => match.kind === 'pull-request' ? [{ text: pattern.text, numbers: match.numbers }] : []);
    const readings = [...new Set(numbered.flatMap(({ numbers }) => numbers))].toSorted();
    if (readings.length > 1) {
        return unclear({ kind: 'ambiguous', pattern: numbered[0]?.text ?? '', readings });
    }
    const [number] = readings;
    const branches = matches.flatMap(({ match }) => (match.kind === 'branch' ? [match.readings] : []));
    return { kind: 'clear', branches, ...(number !== undefined && { number: Number(number) }) };
}
function readsNothing(match) {
    switch (match.kind) {
        case 'plain':
            return false;
        case 'pull-request':
            return match.numbers.length === 0;
        case 'branch':
            return match.likely === undefined;
        default:
            return match;
    }
}
function unclear(reason) {
    return { kind: 'unclear', reason };
}
/** Prepares the event's branch to be compared with tags. */
function placeholders_scopeOf(event) {
    return { ...event, index: indexBranches(typeof event.branch === 'string' ? [event.branch] : []) };
}
/** Why the workflow's event does not concern the tag. */
function outsideScope(name, { number, branches }, { pullRequest, branch, index }) {
    if (number !== undefined && pullRequest !== undefined && number !== pullRequest) {
        return { kind: 'other-pull-request', number, event: pullRequest };
    }
    if (branch === undefined || branches.length === 0)
        return undefined;
    const isOfBranch = branches.some((readings) => findBranch(index, { name, readings }) !== undefined);
    return isOfBranch ? undefined : { kind: 'other-branch', event: branch };
}
/** @param states - absent while GitHub was not asked */
function pullRequestLives({ number }, states) {
    if (number === undefined)
        return undefined;
    if (number > LARGEST_NUMBER)
        return { kind: 'pull-request-unknown', number };
    if (!states)
        return { kind: 'pull-request-not-asked', number };
    const state = states.get(number) ?? 'unknown';
    if (state === 'open')
        return { kind: 'pull-request-open', number };
    return state === 'unknown' ? { kind: 'pull-request-unknown', number } : undefined;
}
/** @param living - absent while GitHub was not asked */
function branchLives(name, { branches }, living) {
    if (branches.length === 0)
        return undefined;
    if (!living)
        return { kind: 'branches-not-asked' };
    for (const readings of branches) {
        const branch = findBranch(living, { name, readings });
        if (branch !== undefined)
            return { kind: 'branch-exists', branch };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/selection/signatures.js
const NONE = new Set();
/**
 * The digest of the image that a cosign tag belongs to: its signature, attestation or SBOM; undefined for any other tag.
 *
 * Source: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
function subjectOf(name) {
    const hex = /^sha256-([0-9a-f]{64})\.(?:sig|att|sbom)$/.exec(name)?.[1];
    return hex === undefined ? undefined : `sha256:${hex}`;
}
/**
 * Brings the verdicts on cosign tags in line with those on their images: a signature stays as long as a tag of its image, or
 * of a multi-arch image with it, does.
 */
function settleSignatures(judged, { spared, indexedImages }) {
    if (!judged.some(({ tag }) => subjectOf(tag.name)))
        return judged;
    const settled = untilStable(judged, (tags) => keepThoseInUse(tags, indexedImages));
    return spared ? untilStable(settled, (tags) => deleteOrphans(tags, { spared, indexedImages })) : settled;
}
/** A signature is an image too, and may be signed: one change can bring about another. */
function untilStable(judged, step) {
    const next = step(judged);
    const isStable = next.every((tag, index) => tag.verdict.kind === judged[index]?.verdict.kind);
    return isStable ? next : untilStable(next, step);
}
function keepThoseInUse(judged, indexedImages) {
    const living = livingImages(judged, indexedImages);
    return judged.map((judgedTag) => {
        const image = living.get(subjectOf(judgedTag.tag.name) ?? '');
        return judgedTag.verdict.kind === 'keep' || image === undefined
            ? judgedTag
            : kept(judgedTag, { kind: 'signature-of-living-image', tag: image });
    });
}
function deleteOrphans(judged, { spared, indexedImages }) {
    const living = livingImages(judged, indexedImages);
    const opaque = judged.find((tag) => isOpaque(tag, indexedImages))?.tag.name;
    return judged.map((judgedTag, index) => {
        const digest = subjectOf(judgedTag.tag.name);
        if (digest === undefined || !isOpen(judgedTag))
            return judgedTag;
        const image = living.get(digest);
        if (image !== undefined)
            return kept(judgedTag, { kind: 'signature-of-living-image', tag: image });
        if (opaque !== undefined)
            return kept(judgedTag, { kind: 'signature-may-be-in-use', tag: opaque });
        const reason = spared?.[index];
        if (reason)
            return kept(judgedTag, reason);
        return {
            tag: judgedTag.tag,
            verdict: { kind: 'delete', reason: { kind: 'orphaned-signature', digest } },
        };
    });
}
/** Whether a signature's image decides on it: no pattern spoke of it, or its image goes in this very plan. */
function isOpen({ verdict: { kind, reason } }) {
    return kind === 'keep' && ['not-matched', 'signature-of-living-image'].includes(reason.kind);
}
/** Whether a tag stays of which not all images are known, so that any signature may belong to one of them. */
function isOpaque({ tag, verdict }, indexedImages) {
    return verdict.kind === 'keep' && imagesOf(tag, indexedImages) === 'unknown';
}
/** A tag that stays of each digest, those in multi-arch images among them. */
function livingImages(judged, indexedImages) {
    const living = new Map();
    for (const { tag, verdict } of judged) {
        if (verdict.kind !== 'keep' || tag.digest === undefined)
            continue;
        living.set(tag.digest, tag.name);
        const images = imagesOf(tag, indexedImages);
        if (images !== 'unknown')
            for (const digest of images)
                living.set(digest, tag.name);
    }
    return living;
}
/** The images that a tag stands for besides its own digest. */
function imagesOf({ digest, multiArch }, indexedImages) {
    if (digest === undefined)
        return 'unknown';
    return multiArch === false ? NONE : (indexedImages.get(digest) ?? 'unknown');
}
/** Whether a signature would go, or stays only because its image may be part of a multi-arch image. */
function isSignatureInQuestion({ tag, verdict }) {
    const mayGo = verdict.kind === 'delete' || verdict.reason.kind === 'signature-may-be-in-use';
    return mayGo && subjectOf(tag.name) !== undefined;
}
function kept({ tag }, reason) {
    return { tag, verdict: { kind: 'keep', reason } };
}

;// CONCATENATED MODULE: ./lib/selection/decide.js





/**
 * Gives every tag a verdict with its reason, newest tag first.
 *
 * A tag goes only if nothing speaks for keeping it; a fact that is missing does.
 *
 * @throws InvalidInputError for a pattern that backtracks without end
 */
function decide(tags, rules, facts) {
    const candidates = readCandidates(tags.toSorted(newestFirst), rules);
    const context = {
        rules,
        facts,
        newest: newestOf(candidates, rules.keepNewest ?? 0),
        living: facts.branches && indexBranches(facts.branches),
        scope: placeholders_scopeOf(rules.event),
    };
    const judged = candidates.map((candidate) => ({ tag: candidate.tag, verdict: judge(candidate, context) }));
    const spared = rules.cleanOrphanedSignatures
        ? candidates.map((candidate) => protection(candidate) ?? unripe(candidate.tag, context))
        : undefined;
    return settleSignatures(judged, { spared, indexedImages: facts.indexedImages ?? new Map() });
}
function newestFirst(one, other) {
    return ((other.lastModified ?? Number.NEGATIVE_INFINITY) - (one.lastModified ?? Number.NEGATIVE_INFINITY) ||
        (one.name < other.name ? -1 : 1));
}
/** The first thing that speaks for keeping the tag counts; what costs no request is asked first. */
function judge(candidate, context) {
    const { tag, matches } = candidate;
    const { rules, facts, living, scope } = context;
    if (matches.length === 0)
        return keep({ kind: 'not-matched' });
    const protectedBy = protection(candidate);
    if (protectedBy)
        return keep(protectedBy);
    const belonging = belongingOf(matches);
    if (belonging.kind === 'unclear')
        return keep(belonging.reason);
    const reason = outsideScope(tag.name, belonging, scope) ??
        amongNewest(tag, context) ??
        tooNew(tag, rules, facts.now) ??
        expiresSooner(tag, rules) ??
        pullRequestLives(belonging, facts.pullRequests) ??
        branchLives(tag.name, belonging, living) ??
        stillPulled(tag, rules, facts);
    if (reason)
        return keep(reason);
    return { kind: 'delete', reason: whyItGoes(matches, facts) };
}
/** What no condition can overrule. */
function protection({ tag, excludedBy }) {
    if (excludedBy !== undefined)
        return { kind: 'excluded', pattern: excludedBy };
    return tag.immutable ? { kind: 'immutable' } : undefined;
}
function amongNewest({ name, lastModified }, { rules, newest }) {
    if (rules.keepNewest === undefined)
        return undefined;
    if (lastModified === undefined)
        return { kind: 'date-unknown', condition: 'keep-n-most-recent' };
    return newest.has(name) ? { kind: 'among-newest', keep: rules.keepNewest } : undefined;
}
/** What keeps a signature although its image has gone. */
function unripe(tag, { rules, facts }) {
    return tooNew(tag, rules, facts.now) ?? expiresSooner(tag, rules) ?? stillPulled(tag, rules, facts);
}
function keep(reason) {
    return { kind: 'keep', reason };
}
function whyItGoes(matches, { pullRequests }) {
    for (const { match } of matches) {
        if (match.kind === 'pull-request') {
            const number = Number(match.numbers[0]);
            return { kind: 'pull-request-closed', number, merged: pullRequests?.get(number) === 'merged' };
        }
        if (match.kind === 'branch')
            return { kind: 'branch-gone', reading: match.likely ?? '' };
    }
    return { kind: 'matched', pattern: matches[0]?.pattern.text ?? '' };
}
/** The pull requests whose state decides on a tag and was not asked for, each once. */
function unansweredPullRequests(judged) {
    const reasons = judged.map(({ verdict }) => verdict.reason);
    return [
        ...new Set(reasons.flatMap((reason) => (reason.kind === 'pull-request-not-asked' ? [reason.number] : []))),
    ];
}
/** Whether the list of branches decides on a tag and was not asked for. */
function needsBranches(judged) {
    return judged.some(({ verdict }) => verdict.reason.kind === 'branches-not-asked');
}
/** The digests of the multi-arch images that decide on a signature and were not asked for, each once. */
function unansweredIndexes(judged, { indexedImages }) {
    if (!judged.some(isSignatureInQuestion))
        return [];
    const staying = judged.filter(({ tag, verdict }) => verdict.kind === 'keep' && tag.multiArch !== false);
    return [...new Set(staying.flatMap(({ tag }) => tag.digest ?? []))].filter((digest) => !indexedImages?.has(digest));
}
/** The tags whose last pull decides on them and was not asked for. */
function unansweredPulls(judged) {
    return judged.filter(({ verdict }) => verdict.reason.kind === 'pulls-not-asked').map(({ tag }) => tag.name);
}

;// CONCATENATED MODULE: ./lib/cleanup/plan-cleanup.js




/**
 * Decides on every listed tag.
 *
 * A fact that was not asked for keeps the tags that depend on it. So the decision is made anew after each kind of fact,
 * cheapest first, and each kind is asked only for the tags that are still in question.
 */
async function decideAll(listings, options) {
    const { rules, github, now } = options;
    let facts = { now };
    const judge = () => listings.map(({ repository, tags }) => ({ repository, tags: decide(tags, rules, facts) }));
    let plans = judge();
    const numbers = new Set(plans.flatMap(({ tags }) => unansweredPullRequests(tags)));
    if (numbers.size > 0) {
        facts = { ...facts, pullRequests: await lookUpPullRequests({ github, numbers: [...numbers] }) };
        plans = judge();
    }
    if (plans.some(({ tags }) => needsBranches(tags))) {
        facts = { ...facts, branches: await listBranches({ github }) };
        plans = judge();
    }
    return pMap(plans, (plan) => decideByTag(plan, facts, options), { concurrency: options.concurrency });
}
/** Decides anew on the tags of one repository with what the registry must be asked for tag by tag. */
async function decideByTag({ repository, tags }, known, { rules, store, concurrency }) {
    let [judged, facts] = [tags, known];
    const listed = tags.map(({ tag }) => tag);
    const ask = async (keys, fact) => pMap(keys, async (key) => [key, await fact(key)], { concurrency });
    // Several times: an answer may bring up a signature, or a multi-arch image, that was not in question before.
    for (;;) {
        const names = unansweredPulls(judged);
        const digests = names.length > 0 ? [] : unansweredIndexes(judged, facts);
        if (names.length === 0 && digests.length === 0)
            return { repository, tags: judged };
        const pulls = await ask(names, (name) => store.lastPull(repository, name));
        const images = await ask(digests, (digest) => store.indexedImages(repository, digest));
        facts = {
            ...facts,
            lastPulls: new Map([...(facts.lastPulls ?? []), ...pulls]),
            indexedImages: new Map([...(facts.indexedImages ?? []), ...images]),
        };
        judged = decide(listed, rules, facts);
    }
}

;// CONCATENATED MODULE: ./lib/cleanup/result-recorder.js

/** What a run has learned and done so far, so that it can be told at any moment, also when the run fails. */
class RunRecord {
    #result;
    /** @param startedAt - Unix seconds */
    constructor(startedAt) {
        this.#result = {
            registry: '',
            registryUrl: '',
            mode: { kind: 'delete' },
            dryRun: false,
            startedAt,
            repositories: [],
            notes: [],
        };
    }
    get result() {
        return this.#result;
    }
    add(facts) {
        this.#result = { ...this.#result, ...facts };
    }
    note(...notes) {
        this.add({ notes: [...this.#result.notes, ...notes] });
    }
    /** Until they are judged, the tags of a repository that was listed are unknown, and none of them goes. */
    addListings(listings) {
        this.add({
            repositories: listings.map((listing) => listing.kind === 'failed'
                ? { repository: listing.repository, tags: [], error: (0,log/* explain */.WE)(listing.error) }
                : {
                    repository: listing.repository,
                    tags: [],
                    ...(listing.facts.restorableFor === undefined
                        ? {}
                        : { restorableFor: listing.facts.restorableFor }),
                }),
        });
    }
    addPlans(plans) {
        const tags = new Map(plans.map((plan) => [plan.repository, plan.tags]));
        this.#change((result) => ({ ...result, tags: tags.get(result.repository) ?? result.tags }));
    }
    addOutcomes(outcomes) {
        this.#change((result) => ({
            ...result,
            tags: result.tags.map((judged) => {
                const outcome = outcomes.get(result.repository)?.get(judged.tag.name);
                return outcome ? { ...judged, outcome } : judged;
            }),
        }));
    }
    addRemaining({ tags, corrections, errors }) {
        this.addOutcomes(corrections);
        this.#change((result) => {
            const remaining = tags.get(result.repository);
            const error = errors.get(result.repository);
            return { ...result, ...(remaining ? { remaining } : {}), ...(error === undefined ? {} : { error }) };
        });
    }
    #change(change) {
        this.add({ repositories: this.#result.repositories.map(change) });
    }
}

;// CONCATENATED MODULE: ./lib/cleanup/cleanup.js






















/** The cleanup action: cleans up, and tells what happened whatever happened. */
async function cleanup() {
    const record = new RunRecord((0,clock/* unixNow */.h)());
    const report = new ReportFile(process.env['RUNNER_TEMP']);
    const saveReport = () => report.write(reportParts(record.result));
    record.add({ reportPath: report.path, ...actionReference(process.env) });
    try {
        await cleanUp(readCleanupInputs(), { record, saveReport });
    }
    catch (error) {
        record.add({ error: (0,log/* explain */.WE)(error) });
    }
    record.add({ finishedAt: (0,clock/* unixNow */.h)() });
    saveReport();
    publish({ ...actionOutputs(record.result), summary: renderSummary(record.result) });
    closingLines(record.result).forEach(log/* info */.pq);
    const { stopped, repositories } = record.result;
    const selected = repositories
        .flatMap(({ tags }) => tags)
        .filter(({ verdict }) => verdict.kind === 'delete').length;
    const isCancelled = stopped?.kind === 'cancelled';
    conclude({
        errors: [...errorsOf(record.result), ...(isCancelled ? ['The workflow was cancelled.'] : [])],
        sentence: describeRun(record.result),
        level: stopped?.kind === 'time-budget' ? 'warning' : selected === 0 ? 'notice' : 'info',
    });
}
/** Opens the connections, cleans up over them, and closes them whatever happened. */
async function cleanUp(inputs, { record, saveReport }) {
    const { registry, dryRun } = inputs;
    record.add({ registry: registry.host, registryUrl: registry.origin.origin, dryRun, mode: modeOf(inputs) });
    const event = readEvent(process.env);
    const stop = listenForStop(inputs.timeBudget?.seconds);
    const { connect, openGitHub } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(436)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3436));
    const { connection, close } = connect(inputs, stop);
    try {
        await cleanUpOver({
            inputs,
            rules: rulesFor(inputs, event),
            store: openTagStore(inputs.credentials, connection),
            github: openGitHub({ token: inputs.githubToken, event, environment: process.env }),
            stop,
            record,
            saveReport,
        });
    }
    finally {
        record.add(stopFacts(stop, inputs.timeBudget));
        stop.release();
        await close();
    }
}
/** List, decide, write the plan down, delete, list again. */
async function cleanUpOver({ inputs, rules, store, github, stop, record, saveReport }) {
    const { registry, dryRun, concurrency, shard } = inputs;
    const { repositories, notes } = await find_repositories_findRepositories(store, { selectors: inputs.repositories, shard });
    record.note(...notes);
    const listings = await (0,log/* group */.Os)(`List the tags on ${registry.host}`, () => listAll(repositories, { store, rules, willChange: !dryRun, concurrency, now: clock/* unixNow */.h }));
    stop.throwIfCancelled();
    record.addListings(listings);
    const listed = listings.filter(isListed);
    if (listed.length === 0)
        return;
    const plans = await decideAll(listed, { rules, store, github, now: (0,clock/* unixNow */.h)(), concurrency });
    stop.throwIfCancelled();
    record.addPlans(plans);
    record.note(...notesOnPlan(plans, listed, rules));
    await (0,log/* group */.Os)('Plan', async () => logPlan(plans));
    refuseTooMany(plans, { inputs, record });
    if (dryRun)
        return;
    saveReport();
    const selections = selectionsOf(plans, listed);
    if (selections.length === 0)
        return;
    const outcomes = await carryOut(selections, {
        store,
        rules,
        concurrency,
        stop: stop.deleting,
        now: clock/* unixNow */.h,
    });
    record.addOutcomes(outcomes);
    if (stop.cancelled)
        return;
    const remaining = await (0,log/* group */.Os)('List what remains', () => listRemaining(listed, { outcomes, store, concurrency }));
    record.addRemaining(remaining);
}
function modeOf({ expireIn }) {
    return expireIn ? { kind: 'expire', duration: expireIn.text } : { kind: 'delete' };
}
function rulesFor({ rules, expireIn }, { pullRequest, deletedBranch }) {
    return {
        ...rules,
        event: {
            ...(pullRequest === undefined ? {} : { pullRequest }),
            ...(deletedBranch === undefined ? {} : { branch: deletedBranch }),
        },
        ...(expireIn ? { expireAt: (0,clock/* unixNow */.h)() + expireIn.seconds } : {}),
    };
}
/** Nothing is deleted by a plan that is larger than the user allowed. */
function refuseTooMany(plans, { inputs, record }) {
    const judged = plans.flatMap(({ tags }) => tags);
    const planned = judged.filter(({ verdict }) => verdict.kind === 'delete').length;
    const message = inputs.maxDeletes && exceedsLimit(inputs.maxDeletes, { planned, listed: judged.length });
    if (message === undefined)
        return;
    record.add({ stopped: { kind: 'guard', message } });
    throw new Error(message);
}


/***/ }),

/***/ 9507:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8877);
/* harmony import */ var _cleanup_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1485);


// Short-lived objects are collected early: a repository of 100,000 tags then takes two thirds of the memory, and no more time.
(0,node_v8__WEBPACK_IMPORTED_MODULE_0__.setFlagsFromString)('--semi-space-growth-factor=1');
await (0,_cleanup_js__WEBPACK_IMPORTED_MODULE_1__/* .cleanup */ .t)();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 636:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ asObject),
/* harmony export */   o: () => (/* binding */ openGitHub)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9452);

const MOST_ATTEMPTS = 4;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Prepares to ask GitHub; nothing is loaded or sent until something is asked. */
function openGitHub({ token, event, environment }) {
    let graphql;
    const load = async (usedToken) => {
        // Octokit is most of the bundle, and most runs never ask GitHub.
        const { getOctokit } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(413)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2413));
        const octokit = getOctokit(usedToken, {
            baseUrl: environment['GITHUB_API_URL'] || 'https://api.github.com',
        });
        return (query, variables) => octokit.graphql(query, { ...variables });
    };
    return {
        async query(lookup, query, variables) {
            const { repository } = event;
            if (!repository)
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .GitHubError */ .y(`Looking up ${lookup.what} needs the repository that the workflow runs in, and GITHUB_REPOSITORY is not set. Run the action in a workflow.`);
            if (!token)
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .GitHubError */ .y(`Looking up ${lookup.what} needs \`github-token\`, which is empty. Leave the input out to use the job's own token, and grant it \`permissions: ${lookup.permission}\`.`);
            graphql ??= load(token);
            return ask(await graphql, { query, variables: { ...variables, ...repository }, lookup });
        },
    };
}
async function ask(graphql, { query, variables, lookup }) {
    for (let attempt = 1;; attempt += 1) {
        try {
            return { data: asObject(await graphql(query, variables)), errors: [] };
        }
        catch (error) {
            const failure = asObject(error);
            const problems = Array.isArray(failure['errors']) ? failure['errors'].map(readProblem) : undefined;
            if (problems && !problems.some(isRefusal))
                return { data: asObject(failure['data']), errors: problems };
            const wait = waitBeforeRetry(failure, attempt);
            if (wait === undefined)
                throw refusal(error, lookup);
            await new Promise((resolve) => setTimeout(resolve, wait));
        }
    }
}
/** Milliseconds until another attempt may succeed; undefined if none can. */
function waitBeforeRetry(failure, attempt) {
    const status = failure['status'];
    const heals = status === 429 || (typeof status === 'number' && status >= 500);
    if (!heals || attempt === MOST_ATTEMPTS)
        return undefined;
    const asked = Number(asObject(asObject(failure['response'])['headers'])['retry-after']) * 1000;
    return Number.isNaN(asked)
        ? FIRST_WAIT_MS * 2 ** (attempt - 1) * Math.random()
        : Math.min(asked, LONGEST_WAIT_MS);
}
function isRefusal({ type, path }) {
    return (type === 'FORBIDDEN' ||
        type === 'RATE_LIMITED' ||
        type === 'INSUFFICIENT_SCOPES' ||
        (type === 'NOT_FOUND' && path.length === 1));
}
function refusal(error, { what, permission }) {
    const found = error instanceof Error ? error.message : String(error);
    const { status } = asObject(error);
    const remedy = /rate limit/i.test(found)
        ? 'Run again later: the limit is lifted within the hour.'
        : status === 401
            ? "The token is not valid: leave `github-token` out to use the job's own."
            : `Grant the job's token the permission:\n\npermissions:\n  ${permission}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .GitHubError */ .y(`GitHub did not answer about ${what} (${found.replaceAll(/\s+/g, ' ').trim()}). Nothing was deleted. ${remedy}`, { cause: error });
}
function readProblem(value) {
    const { type, message, path } = asObject(value);
    return { type: String(type ?? ''), message: String(message ?? ''), path: Array.isArray(path) ? path : [] };
}
/** The value as an object whose properties may be asked for; empty for anything else. */
function asObject(value) {
    return typeof value === 'object' && value !== null ? value : {};
}


/***/ }),

/***/ 9452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ GitHubError)
/* harmony export */ });
/** GitHub could not be asked. The message says what failed, what was found and what to do. */
class GitHubError extends Error {
    name = 'GitHubError';
}


/***/ }),

/***/ 7449:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Yz: () => (/* binding */ debug),
  V4: () => (/* binding */ getInput),
  Os: () => (/* binding */ group),
  pq: () => (/* binding */ info),
  _o: () => (/* binding */ isDebug),
  lm: () => (/* binding */ notice),
  C1: () => (/* binding */ setFailed),
  uH: () => (/* binding */ setOutput),
  Pq: () => (/* binding */ setSecret),
  $e: () => (/* binding */ warning)
});

// UNUSED EXPORTS: ExitCode, addPath, endGroup, error, exportVariable, getBooleanInput, getIDToken, getMultilineInput, getState, markdownSummary, platform, saveState, setCommandEcho, startGroup, summary, toPlatformPath, toPosixPath, toWin32Path

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/core.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return __awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return __awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map

/***/ }),

/***/ 1193:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ CredentialRefusedError),
/* harmony export */   x: () => (/* binding */ QuayError)
/* harmony export */ });
/** Something failed between the action and the registry. The message says what failed, what was found and what to do. */
class QuayError extends Error {
    name = 'QuayError';
}
/** The registry does not accept the credential, or not for this: nothing more is sent with it. */
class CredentialRefusedError extends QuayError {
    name = 'CredentialRefusedError';
}


/***/ }),

/***/ 6619:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ StoppedError)
/* harmony export */ });
/** The request was not sent, because the run was told to stop. */
class StoppedError extends Error {
    name = 'StoppedError';
    constructor(options) {
        super('The run was stopped before this request was sent.', options);
    }
}


/***/ }),

/***/ 5888:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ unixNow)
/* harmony export */ });
/** The time of day in whole Unix seconds. */
function unixNow() {
    return Math.floor(Date.now() / 1000);
}


/***/ }),

/***/ 3188:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Os: () => (/* binding */ group),
/* harmony export */   WE: () => (/* binding */ explain),
/* harmony export */   g$: () => (/* binding */ printable),
/* harmony export */   pq: () => (/* binding */ info)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7449);
/* harmony import */ var _secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2811);


/**
 * Makes text from outside safe to print: one line, no control characters, nothing that a runner takes for a command.
 *
 * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function printable(text) {
    const oneLine = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
    return oneLine.replaceAll('##[', '## [').replace(/^\s*::/, ': :');
}
/** Prints a line to the log. */
function info(line) {
    _actions_core__WEBPACK_IMPORTED_MODULE_1__/* .info */ .pq(printable(line));
}
/** Runs a step of the story under a heading that the log can fold. */
async function group(heading, step) {
    return _actions_core__WEBPACK_IMPORTED_MODULE_1__/* .group */ .Os(printable(heading), step);
}
/** The messages of an error and of its causes, outermost first, without secrets. */
function explain(error) {
    const messages = [];
    for (let cause = error; cause !== undefined && messages.length < 5; cause = cause instanceof Error ? cause.cause : undefined) {
        const message = cause instanceof Error ? cause.message : String(cause);
        if (message && !messages.some((earlier) => earlier.includes(message)))
            messages.push(message);
    }
    return (0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E)(messages.join(' Cause: '));
}


/***/ }),

/***/ 2811:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ redact),
/* harmony export */   g: () => (/* binding */ keepSecret)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7449);

const secrets = new Set();
/**
 * Keeps a secret out of everything that the run writes: the runner masks the log, {@link redact} the files.
 *
 * A registry may send a credential back in an error text, and neither the summary nor the report passes the runner's mask.
 */
function keepSecret(secret) {
    if (secret === '')
        return;
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(secret);
    secrets.add(secret);
}
/** The text with every known secret replaced by `***`. */
function redact(text) {
    // The longest first: one secret may hold another.
    const known = [...secrets].sort((a, b) => b.length - a.length);
    return known.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId].call(module.exports, module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(9507);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
