import { SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenario } from './scenario.ts';

const tags = [
  { name: 'latest', days: 1, expiresIn: 3 },
  { name: 'v3', days: 2, expiresIn: 3, immutable: true },
  { name: 'v2', days: 3, expiresIn: 3, image: 'a' },
  { name: 'v1', days: 40 },
  { name: 'pr-1', days: 41, expiresIn: 3 },
  { name: SIGNATURE_OF_A, days: 42, expiresIn: 3 },
];

export const EXPIRATION_SCENARIOS: readonly SelectionScenario[] = [
  {
    name: 'expirations are taken away by patterns, conditions and exclusions alone',
    tags,
    inputs: { tags: '*\npr-{pr}', 'exclude-tags': 'v2', 'expire-in': 'never' },
    inUse: 'image: quay.io/acme/web:v3',
    pullRequests: { 1: 'open' },
    verdicts: {
      latest: 'deleted: matched *',
      v3: 'deleted: matched *',
      v2: 'kept: excluded v2',
      v1: 'kept: no-expiration',
      'pr-1': 'deleted: matched *',
      [SIGNATURE_OF_A]: 'deleted: matched *',
    },
  },
  {
    name: 'conditions keep expirations',
    tags,
    inputs: {
      tags: '*',
      'older-than': '1d',
      'keep-n-most-recent': '1',
      'not-pulled-for': '30d',
      'expire-in': 'never',
      'clean-orphaned-signatures': 'true',
      'by-image': 'true',
    },
    pulls: { 'pr-1': 'never', [SIGNATURE_OF_A]: 3 },
    verdicts: {
      latest: 'kept: among-newest 1',
      v3: 'kept: newer-than 30d',
      v2: 'kept: newer-than 30d',
      v1: 'kept: no-expiration',
      'pr-1': 'deleted: matched *',
      [SIGNATURE_OF_A]: 'kept: pulled-within 30d',
    },
  },
  {
    name: 'an expiration is never put off, and what protects a tag is said before that it expires sooner',
    tags: [
      { name: 'soon', days: 1, expiresIn: 2 },
      { name: 'late', days: 2, expiresIn: 30 },
      { name: 'none', days: 3 },
      { name: 'pr-1', days: 4, expiresIn: 2 },
      { name: 'pr-2', days: 5, expiresIn: 2 },
      { name: 'used', days: 6, expiresIn: 2 },
    ],
    inputs: { tags: 'pr-{pr}\n/./', 'exclude-tags': 'v*', 'expire-in': '7d' },
    pullRequests: { 1: 'open', 2: 'closed' },
    inUse: 'image: quay.io/acme/web:used',
    verdicts: {
      soon: 'kept: expires-sooner',
      late: 'deleted: matched /./',
      none: 'deleted: matched /./',
      'pr-1': 'kept: pull-request-open 1',
      'pr-2': 'kept: expires-sooner',
      used: 'kept: in-use pods.yaml',
    },
  },
  {
    name: 'of a tag that expires sooner anyway, nobody asks when it was pulled',
    tags: [{ name: 'soon', days: 100, expiresIn: 2 }],
    inputs: { tags: '*', 'not-pulled-for': '30d', 'expire-in': '7d' },
    verdicts: { soon: 'kept: expires-sooner' },
  },
  {
    name: 'a tag that Quay would expire earlier than asked stays, unless it expires sooner already',
    tags: [
      { name: 'new', days: 1 },
      { name: 'exact', days: 27 },
      { name: 'old', days: 28 },
      { name: 'late', days: 29, expiresIn: 9999 },
      { name: 'soon', days: 30, expiresIn: 700 },
      { name: 'ancient', days: 1000 },
      { name: 'undated', days: null },
    ],
    inputs: { tags: '*', 'exclude-tags': 'v*', 'expire-in': '701d' },
    verdicts: {
      new: 'deleted: matched *',
      exact: 'deleted: matched *',
      old: 'kept: expiration-too-far 1776804063',
      late: 'kept: expiration-too-far 1776717663',
      soon: 'kept: expires-sooner',
      ancient: 'kept: expiration-too-far 1692823263',
      undated: 'kept: date-unknown expire-in',
    },
  },
];
