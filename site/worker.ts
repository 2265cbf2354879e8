import { answer, type Question } from './decide.ts';

// Answers one question. Each step is told before it begins: a regular expression that backtracks without end can only be ended
// with its worker, and is the `endless` step of the next.
addEventListener('message', ({ data }: MessageEvent<Question & { readonly endless: number }>) => {
  let step = 0;
  const answered = answer(data, (_, work) => {
    step += 1;
    if (step === data.endless) return 'timeout';
    postMessage(step);
    return { value: work() };
  });
  postMessage(answered);
});
