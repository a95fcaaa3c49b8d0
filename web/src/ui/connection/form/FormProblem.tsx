import { Alert } from '@mantine/core';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { ProblemAlert } from '../../states';
import { words } from './words';

interface FormProblemProps {
  error: unknown;
  /** Which fields show what is wrong with them: `name`, or `details.` for all below. */
  shown: readonly string[];
  title?: string;
}

/** What was wrong with a form: beside the fields where they show it, here otherwise. */
export function FormProblem({ error, shown, title }: FormProblemProps) {
  const w = useWords(words);
  if (error === null || error === undefined) return null;
  const paths = [...toProblem(error).byField.keys()];
  const isShown = (path: string) => shown.some((one) => (one.endsWith('.') ? path.startsWith(one) : path === one));
  const isMarked = paths.length > 0 && paths.every(isShown);
  if (!isMarked) return <ProblemAlert error={error} title={title} />;
  return (
    <Alert color="red" variant="light" role="alert">
      {w.correctMarked}
    </Alert>
  );
}
