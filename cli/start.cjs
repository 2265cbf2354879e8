#!/usr/bin/env node
// Plain enough for a Node of any age to read, so that one that is too old can say so.
var wanted = parseInt(require('./package.json').engines.node.replace(/\D+/, ''), 10);

if (parseInt(process.versions.node, 10) < wanted) {
  console.error(
    'quay-tag-cleanup needs Node ' +
      wanted +
      ' or later, and this is Node ' +
      process.versions.node +
      '. Get it from https://nodejs.org, or use an image such as node:' +
      wanted +
      '.',
  );
  process.exit(2);
}

require('./load.cjs');
