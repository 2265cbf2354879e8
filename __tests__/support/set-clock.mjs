// For `node --import`: the time of day is as many milliseconds ahead as the file says that CLOCK_FILE names.
import { readFileSync } from 'node:fs';

const realNow = Date.now.bind(Date);
Date.now = () => realNow() + Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));
