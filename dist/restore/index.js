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

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 6929:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ LONGEST_TAG),
/* harmony export */   f: () => (/* binding */ parseTagName)
/* harmony export */ });
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


/***/ }),

/***/ 7481:
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

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
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
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
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
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ./lib/node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
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
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
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
    process.stdout.write(external_os_namespaceObject.EOL);
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
    process.stdout.write(message + external_os_namespaceObject.EOL);
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

/***/ 9153:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _restore_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(478);

await (0,_restore_js__WEBPACK_IMPORTED_MODULE_0__/* .restore */ .P)();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 478:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  P: () => (/* binding */ restore)
});

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
;// CONCATENATED MODULE: ./lib/report/format.js
const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
/** `1,000` */
function format_formatCount(count) {
    return wholeNumber.format(count);
}
/** `1 tag`, `1,000 tags` */
function format_countOf(count, noun) {
    return `${format_formatCount(count)} ${count === 1 ? noun : plural(noun)}`;
}
function plural(noun) {
    return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
const SIZE_UNITS = (/* unused pure expression or super */ null && (['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']));
/** `512 B`, `48.2 MiB` */
function format_formatSize(bytes) {
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
function format_isoTime(seconds) {
    if (!(Math.abs(seconds) <= LAST_TIME))
        return undefined;
    return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
/** `2024-05-21 20:41`, in UTC */
function format_formatTime(seconds) {
    return (format_isoTime(seconds)
        ?.replace('T', ' ')
        .replace(/:\d\dZ$/, '') ?? 'unknown');
}
const DURATION_UNITS = [
    { seconds: 86_400, name: 'd' },
    { seconds: 3600, name: 'h' },
    { seconds: 60, name: 'min' },
];
/** `14d`, `36h`, `90s`: the largest unit that measures the duration exactly, as the inputs read it. */
function format_formatDuration(seconds) {
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
function format_shortDigest(digest) {
    return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}
/** The text, cut to a length in UTF-16 code units. */
function clip(text, length) {
    return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

;// CONCATENATED MODULE: ./lib/report/describe-restore.js

/** The tags of all repositories with the given outcome. */
function countOutcomes({ repositories }, kind) {
    return repositories.reduce((sum, { tags }) => sum + tagsWith(tags, kind).length, 0);
}
function tagsWith(tags, kind) {
    return tags.filter(({ outcome }) => outcome.kind === kind);
}
/**
 * What the restore did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
function describeRestore(run, name = (repository) => repository) {
    const [only] = run.repositories;
    const place = only && run.repositories.length === 1
        ? name(only.repository)
        : format_countOf(run.repositories.length, 'repository');
    return [...troubles(run, place), ...achievement(run, place)].join(' ');
}
function* troubles(run, place) {
    if (run.error !== undefined)
        yield 'The run failed.';
    if (run.cancelled)
        yield 'The run was cancelled.';
    const failed = countOutcomes(run, 'failed');
    if (failed > 0)
        yield `Failed to restore ${format_countOf(failed, 'tag')}.`;
    const failing = run.repositories.filter(({ error }) => error !== undefined).length;
    if (failing > 0)
        yield run.repositories.length === 1 ? `${place} failed.` : `${format_formatCount(failing)} of ${place} failed.`;
}
function* achievement(run, place) {
    const total = run.repositories.reduce((sum, { tags }) => sum + tags.length, 0);
    const alive = countOutcomes(run, 'alive');
    const left = countOutcomes(run, 'not-attempted');
    const troubled = run.error !== undefined || run.repositories.some(({ error }) => error !== undefined);
    if (total === alive && !troubled) {
        yield total === 0
            ? 'Nothing to restore: no deleted tag matches.'
            : `Nothing to restore: ${format_countOf(alive, 'matching tag')} in ${place} ${alive === 1 ? 'is' : 'are'} alive.`;
        return;
    }
    const done = countOutcomes(run, run.dryRun ? 'would-restore' : 'restored');
    yield total === 0
        ? 'Nothing was restored.'
        : `${run.dryRun ? 'Would restore' : 'Restored'} ${format_countOf(done, 'tag')} in ${place}.`;
    if (run.dryRun)
        yield 'This was a dry run: nothing was changed.';
    if (alive > 0)
        yield `${format_countOf(alive, 'tag')} that ${alive === 1 ? 'lives was' : 'live were'} left alone.`;
    if (left > 0)
        yield `${format_countOf(left, 'tag')} ${left === 1 ? 'was' : 'were'} not attempted.`;
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
function escape_escapeText(text) {
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
function escape_code(text) {
    const oneLine = singleLine(text);
    if (oneLine === '')
        return '';
    return /[`|\\]/.test(oneLine) ? `<code>${escape_escapeText(oneLine)}</code>` : `\`${oneLine}\``;
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
    return `${before}${escape_escapeText(inner)}${after}`;
}
/** A coloured box; the paragraphs are Markdown without line breaks. */
function escape_alert(kind, paragraphs) {
    return `> [!${kind.toUpperCase()}]\n> ${paragraphs.join('\n>\n> ')}\n`;
}
function list(items) {
    return items.map((item) => `- ${item}`).join('\n');
}
/** A fenced block that its content cannot end. */
function escape_codeBlock(language, content) {
    const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${content}\n${fence}\n`;
}

;// CONCATENATED MODULE: ./lib/report/markdown/table.js

/** @param noun - what a row is, in the singular */
function table_makeTable(items, columns, noun = 'tag') {
    const shown = columns.filter(({ onlyIf }) => onlyIf === undefined || items.some(onlyIf));
    const rule = shown.map(({ align }) => (align === 'right' ? '---:' : ':---'));
    return {
        head: `${line(shown.map(({ title }) => title))}${line(rule)}`,
        length: items.length,
        row: (index) => {
            const item = items[index];
            return item === undefined ? '' : line(shown.map(({ cell }) => cell(item)));
        },
        leftOut: (count) => `\n*${format_countOf(count, `more ${noun}`)} not shown, to keep this page below GitHub's size limit. The \`report\` has all.*\n`,
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
function page_leastBytesOf(blocks) {
    return blocks.reduce((sum, block) => sum + (typeof block === 'string' ? byteLength(block) : leastBytes(block.table)), 0);
}
/** Renders the blocks in their order, within `maxBytes` in UTF-8 wherever {@link leastBytesOf} them fits. */
function page_renderPage(blocks, maxBytes) {
    const tables = blocks.filter((block) => typeof block !== 'string');
    const rendered = new Map();
    let room = maxBytes - page_leastBytesOf(blocks);
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

;// CONCATENATED MODULE: ./lib/report/summary/alerts.js


/** The longest error or note that a page shows, and the most notes. */
const TEXT_LENGTH = 1500;
const MOST_NOTES = 20;
/** What the reader must see first: why the run failed, why its only repository failed, and the notes. */
function alerts_alerts(run) {
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
    const more = notes.length > MOST_NOTES ? [`${format_formatCount(notes.length - MOST_NOTES)} more, in the log`] : [];
    return [`${escape_alert('note', [list([...items, ...more]).replaceAll('\n', '\n> ')])}\n`];
}
function textOf(text) {
    return prose(clip(text, TEXT_LENGTH));
}

;// CONCATENATED MODULE: ./lib/report/describe-cleanup.js


/** Whether the run shows a plan instead of carrying it out. */
function describe_cleanup_isPlanOnly({ dryRun, stopped }) {
    return dryRun || stopped?.kind === 'guard';
}
/**
 * What the run did, in a few sentences, trouble first.
 *
 * @param name - writes a repository's name, as plain text if not given
 */
function describe_cleanup_describeRun(run, name = (repository) => repository) {
    const totals = totalsOf(tallyRun(run));
    const place = placeOf(run, name);
    return [...describe_cleanup_troubles(run, { totals, place }), ...describe_cleanup_achievement(run, { totals, place })].join(' ');
}
function placeOf({ repositories }, name) {
    const [only] = repositories;
    return only && repositories.length === 1
        ? name(only.repository)
        : countOf(repositories.length, 'repository');
}
function* describe_cleanup_troubles(run, { totals, place }) {
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
function* describe_cleanup_achievement(run, { totals, place }) {
    const planOnly = describe_cleanup_isPlanOnly(run);
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

;// CONCATENATED MODULE: ./lib/report/summary/table-section.js


/** A table of up to this many rows stands open. */
const OPEN_ROWS = 15;
/** Of a longer one, so many rows stand open and the rest is folded. */
const PREVIEW_ROWS = 10;
/** @param summary - Markdown is not read in the line that unfolds the rest: plain text or HTML of ours */
function table_section_folded(summary, blocks) {
    return [`<details><summary>${summary}</summary>\n\n`, ...blocks, '\n</details>\n\n'];
}
/** A heading with a count, such as `Deleted tags (12)`. */
function table_section_counted(heading, items) {
    return `${heading} (${format_formatCount(items.length)})`;
}
/** A heading and a table of which a long tail is folded; nothing where there are no rows. */
function table_section_tableSection(section) {
    const { heading, lead, items, columns, priority, noun } = section;
    if (items.length === 0)
        return [];
    const top = `### ${heading}\n\n${lead === undefined ? '' : `${lead}\n\n`}`;
    const block = (some) => ({ table: table_makeTable(some, columns, noun), priority });
    if (items.length <= OPEN_ROWS)
        return [top, block(items), '\n'];
    const rest = items.slice(PREVIEW_ROWS);
    return [
        top,
        block(items.slice(0, PREVIEW_ROWS)),
        '\n',
        ...table_section_folded(`${format_formatCount(rest.length)} more`, [block(rest)]),
    ];
}

;// CONCATENATED MODULE: ./lib/report/reason-text.js
/** Why this tag goes or stays, in a few words. */
function reason_text_describeReason(reason) {
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
function reason_text_summariseReason(reason) {
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
            return reason_text_describeReason(reason);
    }
}

;// CONCATENATED MODULE: ./lib/report/summary/tag-columns.js




/** The longest text from outside that a cell shows. */
const CELL_LENGTH = 300;
/** The cell of a text that may hold anything. */
function tag_columns_textCell(text) {
    return prose(clip(text, CELL_LENGTH));
}
/** A column of tag names, which link to Quay's page of the tag where the tag lives. */
function tag_columns_nameColumn(tagOf, page) {
    return {
        title: 'Tag',
        cell: (item) => {
            const { name } = tagOf(item);
            return page ? link(code(name), tagPage(page.registryUrl, page.repository, name)) : code(name);
        },
    };
}
const tag_columns_tagOf = ({ tag }) => tag;
/** The names of living tags of a repository, as links. */
function tag_columns_livingTag({ registryUrl }, { repository }) {
    return tag_columns_nameColumn(tag_columns_tagOf, { registryUrl, repository });
}
/** What is known of a tag; a fact that no tag has takes no column. */
function tag_columns_factColumns(tagOf) {
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
function tag_columns_expiryColumn(expirationOf) {
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
const tag_columns_whyColumn = {
    title: 'Why',
    cell: ({ verdict, outcome }) => {
        if (outcome?.kind === 'kept')
            return tag_columns_textCell(outcome.reason);
        return `${tag_columns_textCell(reason_text_describeReason(verdict.reason))}${outcome?.kind === 'gone' ? ' (already gone)' : ''}`;
    },
};

;// CONCATENATED MODULE: ./lib/report/summary/kept-tags.js





/** Why tags stay: how many for each reason, and each tag that was a candidate. */
function kept_tags_keptTags(run, { repository, spared, kept }) {
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
function restorable_restorableUntil(run, { restorableFor }) {
    // The deletions came later than the start, so the true time is not before this one.
    return restorableFor === undefined ? undefined : run.startedAt + restorableFor;
}
/** Until when deleted tags can be brought back. */
function restorable_restorableSentence(run, repository) {
    const until = restorable_restorableUntil(run, repository);
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
function repository_tables_repositoryBlocks(run, tally) {
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

;// CONCATENATED MODULE: ./lib/report/summary/totals-table.js







/** The totals: one row for each repository, which a single repository's row need not name. */
function totals_table_overview(run, tallies) {
    const listed = tallies.filter(({ repository }) => repository.error === undefined || repository.tags.length > 0);
    if (listed.length === 0)
        return [];
    const columns = run.repositories.length === 1 ? countColumns(run) : [repositoryColumn(run), ...countColumns(run)];
    return [{ table: makeTable(listed, columns, 'repository'), priority: 'overview' }, '\n'];
}
function repositoryColumn({ registryUrl }) {
    return {
        title: 'Repository',
        cell: ({ repository: { repository } }) => link(escapeText(repository), repositoryPage(registryUrl, repository)),
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
function undo_steps_undoBlocks(run, tallies) {
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
    const page = (repository) => link(escapeText(repository), repositoryPage(run.registryUrl, repository));
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

;// CONCATENATED MODULE: ./lib/report/summary/quay-page.js
/**
 * The page of a repository in Quay's web interface.
 *
 * Source: https://github.com/quay/quay/blob/master/web/src/routes/NavigationPath.tsx
 *
 * @param registryUrl - the registry's origin
 * @param repository - `namespace/name`
 */
function quay_page_repositoryPage(registryUrl, repository) {
    return `${registryUrl.replace(/\/$/, '')}/repository/${repository.split('/').map(encodeSegment).join('/')}`;
}
/** The page of a living tag; see {@link repositoryPage}. */
function quay_page_tagPage(registryUrl, repository, tag) {
    return `${quay_page_repositoryPage(registryUrl, repository)}/tag/${encodeSegment(tag)}`;
}
/** Encodes parentheses too, which would end a Markdown link. */
function encodeSegment(segment) {
    return encodeURIComponent(segment.toWellFormed()).replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

;// CONCATENATED MODULE: ./lib/report/summary/restore-summary.js










/** The job summary of a restore, in GitHub-flavoured Markdown. */
function renderRestoreSummary(run) {
    const page = (repository) => escape_link(escape_escapeText(repository), quay_page_repositoryPage(run.registryUrl, repository));
    const failing = run.repositories.flatMap(({ repository, error }) => error === undefined ? [] : [`${repository}: ${error}`]);
    const blocks = [
        `## Quay Tag Restore${run.dryRun ? ' (dry run)' : ''}\n\n`,
        `${describeRestore(run, page)}\n\n`,
        ...alertOf('caution', run.error === undefined ? [] : [run.error]),
        ...alertOf('warning', failing.slice(0, MOST_ERRORS)),
        ...notesAlert(run.notes),
        ...section(run, { kind: 'failed', heading: 'Failed tags' }),
        ...section(run, {
            kind: run.dryRun ? 'would-restore' : 'restored',
            heading: run.dryRun ? 'Tags that would be restored' : 'Restored tags',
        }),
        ...section(run, { kind: 'not-attempted', heading: 'Tags that were not attempted' }),
        ...section(run, { kind: 'alive', heading: 'Living tags, left alone' }),
    ];
    return page_renderPage(blocks, MAX_SUMMARY_BYTES);
}
/** Repositories whose error is shown. */
const MOST_ERRORS = 50;
function section(run, { kind, heading }) {
    const items = run.repositories.flatMap(({ repository, tags }) => tagsWith(tags, kind).map((tag) => ({ ...tag, repository })));
    const lives = kind === 'restored' || kind === 'alive';
    return table_section_tableSection({
        heading: table_section_counted(heading, items),
        items,
        columns: columns(run, lives),
        priority: kind === 'failed' ? 'failed' : 'leaving',
    });
}
function columns({ registryUrl, repositories }, lives) {
    const tag = {
        title: 'Tag',
        cell: ({ repository, name }) => lives ? escape_link(escape_code(name), quay_page_tagPage(registryUrl, repository, name)) : escape_code(name),
    };
    const error = {
        title: 'Error',
        cell: ({ outcome }) => (outcome.kind === 'failed' ? tag_columns_textCell(outcome.error) : ''),
        onlyIf: ({ outcome }) => outcome.kind === 'failed',
    };
    const deletedAt = {
        title: 'Deleted (UTC)',
        cell: (row) => (row.deletedAt === undefined ? 'unknown' : format_formatTime(row.deletedAt)),
        onlyIf: (row) => row.deletedAt !== undefined,
    };
    const digest = {
        title: 'Digest',
        cell: (row) => escape_code(format_shortDigest(row.digest ?? 'unknown')),
        onlyIf: (row) => row.digest !== undefined,
    };
    const repository = {
        title: 'Repository',
        cell: (row) => escape_escapeText(row.repository),
        onlyIf: () => repositories.length > 1,
    };
    return [tag, error, deletedAt, digest, repository];
}
/** The outputs of the restore action. */
function restoreOutputs(run) {
    const names = (kind) => run.repositories.flatMap(({ repository, tags }) => tagsWith(tags, kind).map(({ name }) => `${repository}:${name}`));
    return tagOutputs({ restored: names('restored'), failed: names('failed') }, 'The job summary lists the tags.');
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
// EXTERNAL MODULE: ./lib/node_modules/@actions/core/lib/core.js + 7 modules
var core = __nccwpck_require__(7481);
// EXTERNAL MODULE: ./lib/runner/log.js
var log = __nccwpck_require__(3188);
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

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
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

;// CONCATENATED MODULE: ./lib/report/progress-line.js


/** `Deleted 250 of 1,000 tags, 48/s, about 16 s left` */
function progressLine({ mode, done, total, elapsed }) {
    const count = `${VERBS[mode]} ${format_formatCount(done)} of ${format_countOf(total, 'tag')}${mode === 'expire' ? ' to expire' : ''}`;
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

;// CONCATENATED MODULE: ./lib/model/invalid-input.js
/** Something the user wrote is not valid. The message says what was found and what to write instead. */
class InvalidInputError extends Error {
    name = 'InvalidInputError';
}

// EXTERNAL MODULE: ./lib/model/tag.js
var tag = __nccwpck_require__(6929);
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

;// CONCATENATED MODULE: ./lib/report/read-report.js



const OUTCOMES = ['deleted', 'gone', 'expiring', 'kept', 'failed', 'not-attempted'];
/**
 * Reads a cleanup's report.
 *
 * @throws InvalidInputError if the text is not a report, or one of a version that this code does not know
 */
function parseReport(text) {
    const report = objectOf(parseJson(text), 'The report');
    checkVersion(report['version']);
    const finishedAt = optionalText(report['finishedAt'], '`finishedAt`');
    return {
        registry: read_report_textOf(report['registry'], '`registry`'),
        dryRun: booleanOf(report['dryRun'], '`dryRun`'),
        startedAt: read_report_textOf(report['startedAt'], '`startedAt`'),
        ...(finishedAt === undefined ? {} : { finishedAt }),
        repositories: arrayOf(report['repositories'], '`repositories`').map(repositoryOf),
    };
}
/** The tags that the run deleted; of a run that was killed before it could tell, all that it meant to delete. */
function deletedTags(report) {
    if (report.dryRun)
        return [];
    const mayBeDeleted = ({ verdict, outcome }) => verdict === 'delete' &&
        (outcome === 'deleted' || (outcome === undefined && report.finishedAt === undefined));
    return report.repositories
        .map(({ repository, tags }) => ({ repository, tags: tags.filter(mayBeDeleted) }))
        .filter(({ tags }) => tags.length > 0);
}
function parseJson(text) {
    try {
        return JSON.parse(text.replace(/^\ufeff/, ''));
    }
    catch (cause) {
        throw new InvalidInputError('The report is not JSON. Give the file that a cleanup named in its output `report`.', { cause });
    }
}
function checkVersion(version) {
    if (version === REPORT_VERSION)
        return;
    if (typeof version === 'number' && version > REPORT_VERSION) {
        throw new InvalidInputError(`The report was written by a newer version of this action (format ${version}; this one reads ${REPORT_VERSION}). Use that version of the action to restore.`);
    }
    throw wrong('`version`', String(REPORT_VERSION), version);
}
const REPOSITORY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9_][a-z0-9._-]*)+$/;
function repositoryOf(value) {
    const entry = objectOf(value, 'An entry of `repositories`');
    const repository = read_report_textOf(entry['repository'], '`repository`');
    if (!REPOSITORY.test(repository))
        throw wrong('`repository`', '`namespace/name`', repository);
    return { repository, tags: arrayOf(entry['tags'], `\`tags\` of ${repository}`).map(read_report_tagOf) };
}
function read_report_tagOf(value) {
    const entry = objectOf(value, 'An entry of `tags`');
    const text = read_report_textOf(entry['name'], '`name`');
    const name = (0,tag/* parseTagName */.f)(text);
    if (name === undefined)
        throw wrong('`name`', 'a tag', text);
    const digest = optionalText(entry['digest'], `\`digest\` of ${name}`);
    if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))
        throw wrong(`\`digest\` of ${name}`, '`sha256:` and 64 hexadecimal digits', digest);
    const outcome = outcomeOf(entry['outcome'], name);
    return {
        name,
        verdict: verdictOf(entry['verdict'], name),
        ...(digest === undefined ? {} : { digest }),
        ...(outcome === undefined ? {} : { outcome }),
    };
}
function verdictOf(value, name) {
    if (value === 'delete' || value === 'keep')
        return value;
    throw wrong(`\`verdict\` of ${name}`, '`delete` or `keep`', value);
}
function outcomeOf(value, name) {
    if (value === null || value === undefined)
        return undefined;
    const outcome = OUTCOMES.find((known) => known === value);
    if (outcome === undefined)
        throw wrong(`\`outcome\` of ${name}`, OUTCOMES.map((known) => `\`${known}\``).join(', '), value);
    return outcome;
}
function objectOf(value, what) {
    if (isObject(value))
        return value;
    throw wrong(what, 'an object', value);
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function arrayOf(value, what) {
    if (Array.isArray(value))
        return value;
    throw wrong(what, 'an array', value);
}
function read_report_textOf(value, what) {
    if (typeof value === 'string')
        return value;
    throw wrong(what, 'text', value);
}
function optionalText(value, what) {
    return value === null || value === undefined ? undefined : read_report_textOf(value, what);
}
function booleanOf(value, what) {
    if (typeof value === 'boolean')
        return value;
    throw wrong(what, '`true` or `false`', value);
}
function wrong(what, expected, found) {
    const text = JSON.stringify(found) ?? 'nothing';
    const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    return new InvalidInputError(`The report cannot be read: ${what} must be ${expected}, and is ${shown}. Give the file that a cleanup wrote, unchanged.`);
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
    if (/^[.-]/.test(glob) || withoutClasses.replaceAll('*', '').length > tag/* LONGEST_TAG */.a) {
        throw new InvalidInputError(`${quote(text)} can match no tag: a tag has at most ${tag/* LONGEST_TAG */.a} characters and begins with a letter, a digit or \`_\`.`);
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

;// CONCATENATED MODULE: ./lib/restore/choose-tags.js


/**
 * What the inputs ask to bring back.
 *
 * @param now - Unix seconds
 */
function wantedTags(choice, now) {
    switch (choice.kind) {
        case 'report':
            return deletedTags(choice.report).map((entry) => ({
                repository: entry.repository,
                choose: (history) => chooseDeleted(entry, history),
            }));
        case 'patterns': {
            const { patterns, deletedWithin } = choice;
            const since = now - deletedWithin.seconds;
            const choose = (history) => {
                const dead = history.filter(({ alive, deletedAt }) => !alive && deletedAt !== undefined && deletedAt >= since);
                const names = selectedBy(patterns, dead.map(({ name }) => name));
                return dead.filter(({ name }) => names.has(name));
            };
            return choice.repositories.map((repository) => ({ repository, choose }));
        }
        default:
            return choice;
    }
}
/** Exactly what that run deleted, on the digests that it deleted. */
function chooseDeleted({ tags }, history) {
    const known = new Map(history.map((entry) => [entry.name, entry]));
    return tags.map(({ name, digest }) => {
        const entry = known.get(name) ?? { name, alive: false };
        return digest === undefined ? entry : { ...entry, digest };
    });
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

;// CONCATENATED MODULE: ./lib/restore/inputs.js








/**
 * Reads and validates all inputs of the restore action.
 *
 * @throws InvalidInputsError with every problem that was found
 */
function readRestoreInputs() {
    const reader = new InputReader();
    const registry = reader.attempt('registry', () => parseRegistry(reader.text('registry') || 'quay.io'));
    const token = reader.secret('token');
    if (!token)
        reader.problem("`token` is required and was not given: only an OAuth token opens Quay's time machine.");
    const choice = reader.text('report') === ''
        ? readPatternChoice(reader, registry?.host ?? 'quay.io')
        : readReportChoice(reader, registry);
    const dryRun = reader.boolean('dry-run');
    const concurrency = reader.wholeNumber('concurrency', { min: 1, max: 100, fallback: 16 });
    reader.finish();
    if (!registry || !token || !choice)
        throw new Error('An invalid input was not reported.');
    return { registry, token, choice, dryRun, concurrency };
}
function readPatternChoice(reader, host) {
    const repositories = reader.attempt('repository', () => parseRepositories(reader.required('repository'), host).map((selector) => {
        if (selector.kind === 'exact')
            return selector.repository;
        throw new InvalidInputError(`\`repository\` holds ${JSON.stringify(selector.text)}. Write the repositories to restore by name, one a line.`);
    }));
    const tags = reader.required('tags');
    const patterns = tags === ''
        ? undefined
        : reader.attempt('tags', () => parsePatterns({ tags, excludeTags: reader.text('exclude-tags') }));
    const deletedWithin = reader.attempt('deleted-within', () => parseDuration(reader.text('deleted-within') || '24h'));
    return (repositories && patterns && deletedWithin && { kind: 'patterns', repositories, patterns, deletedWithin });
}
function readReportChoice(reader, registry) {
    for (const name of ['repository', 'tags', 'exclude-tags']) {
        if (reader.text(name) !== '')
            reader.problem(`\`${name}\` and \`report\` are both given. A report names its tags itself: leave \`${name}\` out.`);
    }
    const report = reader.attempt('report', () => parseReport(readReport(reader.text('report'))));
    if (report && registry && report.registry !== registry.host) {
        reader.problem(`The \`report\` is of ${JSON.stringify(report.registry)}, and \`registry\` is ${registry.host}. Set \`registry\` to the one that was cleaned up.`);
    }
    return report && { kind: 'report', report };
}
function readReport(path) {
    try {
        return (0,external_node_fs_namespaceObject.readFileSync)(path, 'utf8');
    }
    catch {
        throw new InvalidInputError(`\`report\` is ${JSON.stringify(path)}, which cannot be read. Give the path of a cleanup's report; one from another job must be downloaded first.`);
    }
}

;// CONCATENATED MODULE: ./lib/restore/restore.js












/** The restore action: brings tags back, and tells what happened whatever happened. */
async function restore() {
    let result = { registry: '', registryUrl: '', dryRun: false, repositories: [], notes: [] };
    try {
        const inputs = readRestoreInputs();
        result = {
            ...result,
            registry: inputs.registry.host,
            registryUrl: inputs.registry.origin.origin,
            dryRun: inputs.dryRun,
        };
        result = { ...result, ...(await bringBack(inputs)) };
    }
    catch (error) {
        result = { ...result, error: (0,log/* explain */.WE)(error) };
    }
    publish({ ...restoreOutputs(result), summary: renderRestoreSummary(result) });
    conclude({
        errors: [...errorsOf(result), ...(result.cancelled ? ['The workflow was cancelled.'] : [])],
        sentence: describeRestore(result),
        level: 'info',
    });
}
/** Read the history, choose, restore: each repository by itself. */
async function bringBack(inputs) {
    const stop = listenForStop(undefined);
    const { connect, openTimeMachine } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(86)]).then(__nccwpck_require__.bind(__nccwpck_require__, 9086));
    const { connection, close } = connect(inputs, stop);
    const timeMachine = openTimeMachine(inputs.token, connection);
    try {
        const repositories = await (0,log/* group */.Os)(`Restore tags on ${inputs.registry.host}`, () => pMap(wantedTags(inputs.choice, (0,clock/* unixNow */.h)()), (wanted) => restoreIn(wanted, { timeMachine, inputs, stop }), { concurrency: inputs.concurrency }));
        return { repositories, ...(stop.cancelled ? { cancelled: true } : {}) };
    }
    finally {
        stop.release();
        await close();
    }
}
async function restoreIn(wanted, work) {
    const { repository } = wanted;
    try {
        const history = await work.timeMachine.history(repository);
        return { repository, tags: await restoreAll(repository, wanted.choose(history), work) };
    }
    catch (error) {
        return { repository, tags: [], error: (0,log/* explain */.WE)(error) };
    }
}
async function restoreAll(repository, entries, work) {
    const progress = new Progress(entries.length, 'restore');
    const restoreOne = async (entry) => {
        const outcome = await restoreTag(repository, entry, work);
        progress.count();
        return { ...entry, outcome };
    };
    try {
        return await pMap(entries, restoreOne, { concurrency: work.inputs.concurrency });
    }
    finally {
        progress.end();
    }
}
async function restoreTag(repository, { name, alive, digest }, { timeMachine, inputs, stop }) {
    if (alive)
        return { kind: 'alive' };
    if (digest === undefined)
        return {
            kind: 'failed',
            error: `Quay's history of ${repository} has no digest for ${name}: its time machine's window may be over. Push the image again.`,
        };
    if (inputs.dryRun)
        return { kind: 'would-restore' };
    if (stop.cancelled)
        return { kind: 'not-attempted' };
    try {
        await timeMachine.restore(repository, name, digest);
        return { kind: 'restored' };
    }
    catch (error) {
        return error instanceof stopped_error/* StoppedError */.K
            ? { kind: 'not-attempted' }
            : { kind: 'failed', error: (0,log/* explain */.WE)(error) };
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
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7481);
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
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7481);

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
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
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
/******/ var __webpack_exports__ = __nccwpck_require__(9153);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
