import { setFlagsFromString } from 'node:v8';
import { cleanup } from './cleanup.ts';

// Short-lived objects are collected early: a repository of 100,000 tags then takes two thirds of the memory, and no more time.
setFlagsFromString('--semi-space-growth-factor=1');

await cleanup();
