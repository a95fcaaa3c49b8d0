/** The example company: whether it is on, and whose place one can take. */

import { queryOptions } from '@tanstack/react-query';
import { problemOf } from './problem';
import { becomeSomebodyElse } from './me';

export interface ExamplePerson {
  id: string;
  name: string;
  title: string;
  business_units: string[];
}

interface Example {
  is_on: boolean;
  people: ExamplePerson[];
}

export const exampleOptions = queryOptions({
  queryKey: ['example'],
  staleTime: Infinity,
  queryFn: async (): Promise<Example> => {
    const response = await fetch('/api/example');
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as Example;
  },
});

/** Sign in as somebody of the example, without a password. */
export async function switchTo(person: ExamplePerson): Promise<void> {
  const response = await fetch('/api/example/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person_id: person.id }),
  });
  if (!response.ok) throw await problemOf(response);
  becomeSomebodyElse();
}

