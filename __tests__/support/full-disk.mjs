// For `node --import`: a disk that takes DISK_BYTES more, and then says that it is full, in the middle of a write.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let left = Number(process.env.DISK_BYTES);
const { writeSync, appendFileSync } = fs;

function full() {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

fs.writeSync = (file, data, offset = 0) => {
  const bytes = Buffer.from(data).subarray(offset, offset + left);
  if (bytes.length === 0) throw full();
  left -= bytes.length;
  return writeSync(file, bytes);
};
fs.appendFileSync = (path, data) => {
  const bytes = Buffer.from(data);
  const taken = bytes.subarray(0, left);
  left -= taken.length;
  appendFileSync(path, taken);
  if (taken.length < bytes.length) throw full();
};
syncBuiltinESMExports();
