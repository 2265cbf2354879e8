// A file of its own: a Node that is too old could not read the next line.
void import('./dist/index.js');
