import type { Options } from '../../scripts/conformance/options.ts';
import { type GitHubSimulator, startGitHub } from '../support/github/simulator.ts';
import { type QuayOptions, type QuaySimulator, startQuay } from '../support/quay/simulator.ts';

/** A simulated Quay with what the suite is given on a live one: an owner's token, and robots. */
export interface SuiteQuay {
  readonly quay: QuaySimulator;
  readonly github: GitHubSimulator;
  readonly options: Options;
  stop(): Promise<void>;
}

export const NAMESPACE = 'acme-test';
/** Somebody else's repository in the same namespace. */
export const FOREIGN = `${NAMESPACE}/production`;
const TOKEN = 'OT0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab';
const WRITE_TOKEN = 'OW0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab';
const READ_TOKEN = 'OR0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab';
const PASSWORD = 'RP0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab';

export async function startSuiteQuay(options: QuayOptions = {}): Promise<SuiteQuay> {
  const quay = await startQuay(options);
  const github = await startGitHub();
  quay.addRepository(FOREIGN, { tags: ['pr-1', 'latest'] });
  quay.addOAuthToken(TOKEN, { scope: 'repo:admin' });
  quay.addOAuthToken(WRITE_TOKEN, { scope: 'repo:write' });
  quay.addOAuthToken(READ_TOKEN, { scope: 'repo:read' });
  quay.addRobot(`${NAMESPACE}+robot`, PASSWORD, {});
  quay.addRobot(`${NAMESPACE}+keyless`, 'not-used', {});
  quay.addFederation(`${NAMESPACE}+keyless`, { subject: github.oidcClaims['sub'] ?? '' });
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken = '' } =
    github.oidcEnvironment;
  return {
    quay,
    github,
    options: {
      registry: quay.url,
      namespace: NAMESPACE,
      token: TOKEN,
      writeToken: WRITE_TOKEN,
      readToken: READ_TOKEN,
      robot: { username: `${NAMESPACE}+robot`, password: PASSWORD },
      keyless: { username: `${NAMESPACE}+keyless`, requestUrl, requestToken },
      jobs: 3,
      pace: { retryMs: 5, patienceMs: 1000, pullSeconds: 4 },
    },
    async stop() {
      github.stop();
      await quay.stop();
    },
  };
}
