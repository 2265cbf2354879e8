// For `node --import`: a disk that takes DISK_BYTES more, and then says that it is full, in the middle of a write.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let left = Number(process.env.DISK_BYTES);

for (const name of ['writeFileSync', 'appendFileSync']) {
  const write = fs[name];
  fs[name] = (file, data) => {
    const bytes = Buffer.from(data);
    const taken = bytes.subarray(0, left);
    left -= taken.length;
    write(file, taken);
    if (taken.length < bytes.length)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
}
syncBuiltinESMExports();
