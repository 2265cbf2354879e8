import { answer, type Question } from './decide.ts';

// Answers one question. The number of each step is told as it begins, and 0 as it ends: a regular expression that backtracks
// without end can only be ended with its worker, and is the `endless` step of the next.
addEventListener('message', ({ data }: MessageEvent<Question & { readonly endless: number }>) => {
  let step = 0;
  const answered = answer(data, (_, work) => {
    step += 1;
    if (step === data.endless) return 'timeout';
    postMessage(step);
    const value = work();
    postMessage(0);
    return { value };
  });
  postMessage(answered);
});
