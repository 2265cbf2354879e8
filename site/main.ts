import { parseDuration } from '../src/model/duration.ts';
import { parseRegistry } from '../src/model/registry.ts';
import { parseTagName, type TagList } from '../src/model/tag.ts';
import { countOf, formatCount } from '../src/report/format.ts';
import { parseReport } from '../src/report/report-file.ts';
import { parseRepositories } from '../src/selection/patterns/name-patterns.ts';
import { meaningfulLines } from '../src/selection/patterns/pattern.ts';
import { type Answer, INPUTS, type Inputs, type Question, type Shown } from './decide.ts';
import { readGitHub, readTags } from './read.ts';
import { commandText, type Setup, workflowText } from './workflow.ts';

const EXAMPLES: Readonly<Record<string, Partial<Inputs>>> = {
  'Closed pull requests': { tags: 'pr-{pr}*' },
  'Deleted branches': { tags: 'preview-{branch}' },
  'All but releases, after 30 days': { tags: '*', 'exclude-tags': 'v*\nlatest', 'older-than': '30d' },
  'The newest five of each branch': { tags: '{group}-??????? keep-n-most-recent=5' },
};

function one<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

const field = (name: string) => one<HTMLInputElement>(`[name="${name}"]`);
const textOf = (name: string) => field(name).value.trim();
const now = () => Math.floor(Date.now() / 1000);

function setText(selector: string, text: string): void {
  // What is set anew is announced anew.
  if (one(selector).textContent !== text) one(selector).textContent = text;
}

/** An element; what it holds is text or elements, never HTML. */
function make(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: (Node | string)[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function inputs(): Inputs {
  const value = (name: string) => (name === 'by-image' ? (field(name).checked ? 'true' : '') : textOf(name));
  return Object.fromEntries(INPUTS.map((name) => [name, value(name)])) as Inputs;
}

function fill(values: Partial<Inputs>): void {
  for (const name of INPUTS) field(name).value = values[name] ?? '';
  field('by-image').checked = values['by-image'] === 'true';
}

/** What the tags were read from. */
let source: { readonly lists: readonly TagList[]; readonly isPublic: boolean } = {
  lists: [],
  isPublic: false,
};
let github: Awaited<ReturnType<typeof readGitHub>> | undefined;
let reading = new AbortController();

/** Reads the tags that are judged from now on. What is wrong stands beside the fields, and no tags are judged. */
async function read(
  lists: () => readonly TagList[] | Promise<readonly TagList[]>,
  isPublic = false,
): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  let problem = '';
  const found = await (async () => lists())().catch((error: unknown) => {
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    problem = errors.map((each) => (each instanceof Error ? each.message : `${each}`)).join('\n');
    return [];
  });
  if (reading.signal !== signal) return;
  source = { lists: found, isPublic };
  setText('#source-error', problem);
  field('reported').replaceChildren(...found.map(({ repository }) => make('option', {}, repository)));
  one('#reported').hidden = found.length < 2;
  judge();
}

async function readRegistry(): Promise<readonly TagList[]> {
  const { signal } = reading;
  const registry = parseRegistry(textOf('registry') || 'quay.io');
  const [selector, another] = parseRepositories(textOf('repository'), registry.host);
  if (selector?.kind !== 'exact' || another) throw new Error('Write one repository, such as `acme/web`.');
  const { repository } = selector;
  one('#stop').hidden = false;
  const onRead = (tags: number) =>
    setText('#sentence', `Reading ${repository}: ${countOf(tags, 'tag')} so far …`);
  try {
    return [await readTags(registry, repository, signal, onRead)];
  } finally {
    if (reading.signal === signal) one('#stop').hidden = true;
  }
}

const UNREAD = { namesOnly: false, invalidNames: [], askedAt: 0, at: 0, seenAt: 0 };

function readNames(): readonly TagList[] {
  const tags = meaningfulLines(textOf('names')).map((line) => {
    const [text = '', ...age] = line.split(/\s+/);
    const name = parseTagName(text);
    if (!name)
      throw new Error(
        `${JSON.stringify(text)} is no tag. Write one per line, and its age behind it: \`pr-12 3d\`.`,
      );
    return { name, ...(age.length > 0 && { lastModified: now() - parseDuration(age.join(' ')).seconds }) };
  });
  const once = [...new Map(tags.map((tag) => [tag.name, tag])).values()];
  return once.length === 0 ? [] : [{ ...UNREAD, repository: 'this list', tags: once }];
}

function readReport(text: string): readonly TagList[] {
  const { registry, repositories } = parseReport(text);
  field('registry').value = registry;
  field('repository').value = repositories[0]?.repository ?? '';
  return repositories.map(({ repository, tags }) => ({ ...UNREAD, repository, tags }));
}

function open(file: File | undefined): void {
  if (!file) return;
  one<HTMLInputElement>('[value="report"]').checked = true;
  showSource();
  void read(async () => readReport(await file.text()));
}

function showSource(): void {
  const chosen = one<HTMLInputElement>('[name="source"]:checked').value;
  for (const part of document.querySelectorAll<HTMLElement>('[data-source]'))
    part.hidden = part.dataset['source'] !== chosen;
}

/** How long one step of a decision may take, in milliseconds: then its worker is ended, and the step is refused. */
const LONGEST_STEP = 3000;
let worker: Worker | undefined;
let timer = 0;

/** Asks a worker what would happen; one that is still at the question before is ended. */
function judge(endless = 0): void {
  keepLink();
  showWorkflow();
  worker?.terminate();
  const asked = new Worker('worker.js', { type: 'module' });
  worker = asked;
  clearTimeout(timer);
  asked.onmessage = async ({ data }: MessageEvent<number | Answer>) => {
    if (typeof data === 'number') {
      clearTimeout(timer);
      if (data > 0) timer = window.setTimeout(() => judge(data), LONGEST_STEP);
      return;
    }
    const repository = textOf('github-repository');
    const asks = data.placeholders.some((name) => name === 'pr' || name === 'branch');
    if (data.kind === 'unread' || !asks || !repository.includes('/') || github?.repository === repository)
      showAnswer(data);
    else {
      setText('#sentence', `Asking GitHub about ${repository} …`);
      github = await readGitHub(repository);
      if (worker === asked) judge();
    }
  };
  asked.onerror = ({ message }) => setText('#sentence', `This page failed: ${message}`);
  const list = source.lists.find(({ repository }) => repository === field('reported').value);
  const known = github?.repository === textOf('github-repository') ? github.facts : undefined;
  const question: Question = { inputs: inputs(), list, github: known, now: now() };
  asked.postMessage({ ...question, endless });
}

let placeholders: readonly string[] = [];

function showAnswer(answer: Answer): void {
  const { problems } = answer;
  for (const name of INPUTS) {
    setText(`#${name}-error`, problems[name] ?? '');
    field(name).setAttribute('aria-invalid', String(problems[name] !== undefined));
  }
  placeholders = answer.placeholders;
  showWorkflow();
  one('#result').hidden = answer.kind !== 'decided';
  const notes =
    answer.kind === 'decided' ? [...answer.warnings, ...(github?.problems ?? []), ...leftToRuns()] : [];
  one('#warnings').replaceChildren(...notes.map((note) => make('li', {}, ...prose(note))));
  if (answer.kind === 'decided') show(answer);
  else if (Object.keys(problems).length > 0) setText('#sentence', 'These rules are not valid yet.');
  else setText('#sentence', 'Read a repository, paste tags or open a report.');
}

/** A sentence, with what stands between backticks as code. */
function prose(text: string): readonly (Node | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : make('code', {}, part)));
}

/** What a run knows and this page does not. */
function leftToRuns(): readonly string[] {
  const has = (name: string) => placeholders.includes(name);
  const notes = [
    has('commit') && 'What `{commit}` stands for is looked up by a run.',
    inputs().tags.includes('not-pulled-for=') && 'When a tag was last pulled is looked up by a run.',
    (has('pr') || has('branch')) &&
      textOf('github-repository') === '' &&
      'Write `github-repository` to look up pull requests and branches; a workflow asks its own.',
  ];
  return notes.filter((note) => note !== false).map((note) => `${note} Such tags are shown as kept here.`);
}

let rows: Shown['rows'] = [];

function show({ sentence, totals, rules, kept, rows: all }: Shown): void {
  setText('#sentence', sentence);
  one('#totals').replaceChildren(
    ...totals.map(([title, value]) => make('div', {}, make('dt', {}, title), make('dd', {}, value))),
  );
  one('#rules').replaceChildren(
    ...rules.map(({ line, text, shares }) =>
      make('li', {}, make('code', {}, line), make('small', {}, ` ${text}`), ...shares.map(bar)),
    ),
  );
  one('#kept').replaceChildren(
    ...kept.map(([reason, count]) => make('li', {}, make('b', {}, formatCount(count)), ` ${reason}`)),
  );
  rows = all;
  showRows();
}

function bar(share: number, index: number): HTMLElement {
  const text = `${Math.round(share * 100)}% of the ${index === 0 ? 'tags' : 'space'}`;
  const filled = make('meter', { 'aria-label': text, value: String(share) });
  return make('div', { class: 'bar' }, filled, text);
}

/** So many rows come in one frame, and so many before they are asked for. */
const FRAME = 200;
const MOST_ROWS = 10_000;
let frame = 0;

function showRows(most = MOST_ROWS): void {
  const [text, verdict] = [textOf('search'), textOf('show')];
  const found = rows.filter(
    ([name = '', kind, why = '']) =>
      (verdict === '' || kind === verdict) && (name.includes(text) || why.includes(text)),
  );
  const more = one('#more');
  more.hidden = found.length <= most;
  more.textContent = `Show more of the ${countOf(found.length, 'tag')}`;
  more.onclick = () => showRows(most + MOST_ROWS);
  one('#rows').replaceChildren();
  const add = (from: number) => {
    one('#rows').append(...found.slice(from, Math.min(from + FRAME, most)).map(rowOf));
    if (from + FRAME < Math.min(found.length, most)) frame = requestAnimationFrame(() => add(from + FRAME));
  };
  cancelAnimationFrame(frame);
  add(0);
}

function rowOf(cells: readonly string[]): HTMLElement {
  const [name = '', verdict = ''] = cells;
  const attributes = { 'data-tag': name, 'data-verdict': verdict };
  return make('tr', attributes, ...cells.map((cell) => make('td', {}, cell)));
}

function showWorkflow(): void {
  const [registry, repository] = [textOf('registry') || 'quay.io', textOf('repository')];
  const setup: Setup = { registry, repository, inputs: inputs(), placeholders, isPublic: source.isPublic };
  setText('#workflow', workflowText(setup));
  setText('#command', commandText(setup));
}

/** Behind `#`, which no server sees: registry, repository and rules. */
function keepLink(): void {
  const values = { registry: textOf('registry'), repository: textOf('repository'), ...inputs() };
  const kept = Object.entries(values).filter(
    ([name, value]) => value !== '' && !(name === 'registry' && value === 'quay.io'),
  );
  history.replaceState(null, '', `#${new URLSearchParams(kept)}`);
}

function readLink(): void {
  const values = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  fill({ tags: 'pr-*', ...values });
  field('registry').value = values['registry'] ?? 'quay.io';
  field('repository').value = values['repository'] ?? '';
  if (values['repository']) void read(readRegistry, true);
  else judge();
}

async function copy(button: HTMLElement, text: string): Promise<void> {
  const title = button.textContent ?? '';
  await navigator.clipboard.writeText(text);
  button.textContent = 'Copied';
  setTimeout(() => (button.textContent = title), 2000);
}

/** What a change of a field leads to, by its name; of an input of the action, a new decision. */
const CHANGES: Readonly<Record<string, () => void>> = {
  source: showSource,
  names: () => read(readNames),
  report: () => open(field('report').files?.[0]),
  search: showRows,
  show: showRows,
};

for (const name of INPUTS) {
  field(name).setAttribute('aria-describedby', `${name}-error`);
  field(name)
    .closest('label')
    ?.append(make('span', { class: 'error', id: `${name}-error`, role: 'alert' }));
}
for (const [title, values] of Object.entries(EXAMPLES)) {
  const button = make('button', { type: 'button' }, title);
  button.addEventListener('click', () => {
    fill({ 'github-repository': textOf('github-repository'), ...values });
    judge();
  });
  one('#examples').append(button);
}
for (const button of document.querySelectorAll<HTMLElement>('[data-copy]'))
  button.addEventListener('click', () =>
    copy(button, one(button.dataset['copy'] ?? '').textContent || location.href),
  );
let typing = 0;
document.addEventListener('input', ({ target }) => {
  clearTimeout(typing);
  const name = target instanceof HTMLElement ? target.getAttribute('name') : null;
  typing = window.setTimeout(() => (CHANGES[name ?? ''] ?? judge)(), 150);
});
document.addEventListener('submit', (event) => {
  event.preventDefault();
  void read(readRegistry, true);
});
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  open(event.dataTransfer?.files[0]);
});
one('#stop').addEventListener('click', () => reading.abort());
addEventListener('hashchange', readLink);
showSource();
readLink();
