// All that opens connections, in one file that is loaded once the inputs stand: its HTTP client takes longer to load
// than everything else. One file, because each one that is loaded by itself would bring a copy of the client along.

export { openGitHub } from '../github/client.ts';
export { connect } from './connection.ts';
