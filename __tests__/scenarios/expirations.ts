import { SIGNATURE_OF_A } from './cosign-tags.ts';
import type { SelectionScenarios } from './scenario.ts';

export const EXPIRATION_SCENARIOS: SelectionScenarios = {
  'expirations are taken away by patterns, conditions and exclusions alone': {
    inputs: { tags: '*\npr-{pr}', 'exclude-tags': 'v2', 'expire-in': 'never' },
    inUse: 'image: quay.io/acme/web:v3',
    pullRequests: { 1: 'open' },
    tags: {
      latest: { expiresIn: 3, is: 'deleted: matched *' },
      v3: { expiresIn: 3, immutable: true, is: 'deleted: matched *' },
      v2: { expiresIn: 3, image: 'a', is: 'kept: excluded v2' },
      v1: { days: 40, is: 'kept: no-expiration' },
      'pr-1': { days: 41, expiresIn: 3, is: 'deleted: matched *' },
      [SIGNATURE_OF_A]: { days: 42, expiresIn: 3, is: 'deleted: matched *' },
    },
  },
  'conditions keep expirations': {
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
    tags: {
      latest: { expiresIn: 3, is: 'kept: among-newest 1' },
      v3: { expiresIn: 3, immutable: true, is: 'kept: newer-than 30d' },
      v2: { expiresIn: 3, image: 'a', is: 'kept: newer-than 30d' },
      v1: { days: 40, is: 'kept: no-expiration' },
      'pr-1': { days: 41, expiresIn: 3, is: 'deleted: matched *' },
      [SIGNATURE_OF_A]: { days: 42, expiresIn: 3, is: 'kept: pulled-within 30d' },
    },
  },
  'an expiration is never put off, and what protects a tag is said before that it expires sooner': {
    inputs: { tags: 'pr-{pr}\n/./', 'exclude-tags': 'v*', 'expire-in': '7d' },
    pullRequests: { 1: 'open', 2: 'closed' },
    inUse: 'image: quay.io/acme/web:used',
    tags: {
      soon: { expiresIn: 2, is: 'kept: expires-sooner' },
      late: { expiresIn: 30, is: 'deleted: matched /./' },
      none: 'deleted: matched /./',
      'pr-1': { expiresIn: 2, is: 'kept: pull-request-open 1' },
      'pr-2': { expiresIn: 2, is: 'kept: expires-sooner' },
      used: { expiresIn: 2, is: 'kept: in-use pods.yaml' },
    },
  },
  'of a tag that expires sooner anyway, nobody asks when it was pulled': {
    inputs: { tags: '*', 'not-pulled-for': '30d', 'expire-in': '7d' },
    tags: { soon: { days: 100, expiresIn: 2, is: 'kept: expires-sooner' } },
  },
  'a tag that Quay would expire earlier than asked stays, unless it expires sooner already': {
    inputs: { tags: '*', 'exclude-tags': 'v*', 'expire-in': '701d' },
    tags: {
      new: 'deleted: matched *',
      exact: { days: 27, is: 'deleted: matched *' },
      old: { days: 28, is: 'kept: expiration-too-far 1776804063' },
      late: { days: 29, expiresIn: 9999, is: 'kept: expiration-too-far 1776717663' },
      soon: { days: 30, expiresIn: 700, is: 'kept: expires-sooner' },
      ancient: { days: 1000, is: 'kept: expiration-too-far 1692823263' },
      undated: { days: null, is: 'kept: date-unknown expire-in' },
    },
  },
  'the line that names latest decides on its expiration too': {
    inputs: { tags: '* older-than=30d\nlatest', 'expire-in': 'never' },
    tags: { latest: { expiresIn: 3, is: 'deleted: matched latest' } },
  },
};
