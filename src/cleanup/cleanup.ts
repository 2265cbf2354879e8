import { InvalidInputError } from '../model/errors.ts';
import { isSelected, type Plan } from '../model/plan.ts';
import type { GitHubAsked } from '../model/result.ts';
import type { TagList } from '../model/tag.ts';
import { describeHint } from '../report/hint-text.ts';
