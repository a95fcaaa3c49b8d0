import { Alert } from '@mantine/core';
import { toProblem } from '../../../api/problem';
import { useWords } from '../../../lib/words';
import { ProblemAlert } from '../../../ui/states';
import { words } from './words';

/** What was wrong with a form: beside the fields where they are shown, here otherwise. */
export function FormProblem({ error, shown, title }: { error: unknown; shown: readonly string[]; title?: string }) {
  const w = useWords(words);
  if (error === null || error === undefined) return null;
  const paths = [...toProblem(error).byField.keys()];
  const isMarked = paths.length > 0 && paths.every((path) => shown.some((one) => path === one || path.startsWith(`${one}.`)));
  if (!isMarked) return <ProblemAlert error={error} title={title} />;
  return (
    <Alert color="red" variant="light" role="alert">
      {w.correctMarked}
    </Alert>
  );
}
