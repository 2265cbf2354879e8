import { startQuay } from '../__tests__/support/quay/simulator.ts';
import { DEMO_TOKEN, fillDemoQuay } from './demo-quay.ts';

// Starts the simulated Quay, filled as for the demo, and leaves it running: npm run simulator -- 8910

const quay = await startQuay({ port: Number(process.argv[2] ?? 8910), host: 'localhost' });
fillDemoQuay(quay);
console.log(`Quay is simulated at ${quay.url}. It takes the token ${DEMO_TOKEN}. Stop it with Ctrl+C.`);
