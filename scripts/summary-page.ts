import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';

/** A job summary as a page of HTML, in GitHub's own style; `theme` is `light` or `dark`. */
export async function summaryPage(summary: string, theme: 'light' | 'dark'): Promise<string> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const style = readFileSync(`${root}/node_modules/github-markdown-css/github-markdown-${theme}.css`, 'utf8');
  const background = theme === 'light' ? '#ffffff' : '#0d1117';
  const body = await marked(summary.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://quay.io'), {
    gfm: true,
  });
  return `<!doctype html><meta charset="utf-8"><title>Job summary</title><style>${style} body { background: ${background}; margin: 0; padding: 24px; }</style><article class="markdown-body">${body}</article>`;
}
