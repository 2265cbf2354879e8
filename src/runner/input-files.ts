import { readFileSync } from 'node:fs';
export interface InputFile {
  readonly path: string;
  readonly text: string;
}
export function readInputFiles(_text: string): readonly InputFile[] {
  return [];
}
export function readInputFile(_input: string, path: string): string {
  return readFileSync(path, 'utf8');
}
