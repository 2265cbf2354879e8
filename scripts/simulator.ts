import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { DEMO_TOKEN, fillDemoQuay } from './demo-quay.ts';

// Starts the simulated Quay, filled as for the demo, and leaves it running: npm run simulator -- 8910 3.17
// The namespace acme-test is for the conformance suite.

const OWNER_TOKEN = 'owner-token-of-the-simulated-quay';
const ROBOT = { username: 'acme-test+ci', password: 'robot-password-of-the-simulated-quay' };

const [port = '8910', version = '3.18'] = process.argv.slice(2);
const quay = await startQuay({ port: Number(port), host: 'localhost', version });
fillDemoQuay(quay);
quay.addOAuthToken(OWNER_TOKEN, { scope: 'repo:admin' });
quay.addRobot(ROBOT.username, ROBOT.password, {});
quay.addRepository('acme-test/of-somebody-else');
console.log(`Quay ${version} is simulated at ${quay.url}. It takes the token ${DEMO_TOKEN}. Stop it with Ctrl+C.
For the conformance suite: --namespace acme-test --token ${OWNER_TOKEN} --robot-username ${ROBOT.username} --robot-password ${ROBOT.password}`);
