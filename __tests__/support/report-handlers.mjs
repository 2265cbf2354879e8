// For `node --import`: says when the program first listens for signals, and what it has loaded by then.
const on = process.on.bind(process);
let said = false;
process.on = (event, listener) => {
  const result = on(event, listener);
  if (event === 'SIGTERM' && !said) {
    said = true;
    const undici = process.moduleLoadList.some((name) => name === 'NativeModule http2');
    process.stdout.write(`HANDLERS STAND, undici is ${undici ? '' : 'not '}loaded\n`);
  }
  return result;
};
