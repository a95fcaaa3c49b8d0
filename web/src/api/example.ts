/** The example company: whether it is on, and whose place one can take. */

import { api, call, type Schemas } from './client';
import { becomeSomebodyElse } from './me';

export type ExamplePerson = Schemas['ExamplePersonOutput'];

export const exampleOptions = api.queryOptions('get', '/api/example', {}, { staleTime: Infinity });

/** Sign in as somebody of the example, without a password. */
export async function switchTo(person: ExamplePerson): Promise<void> {
  await call.POST('/api/example/sessions', { body: { person_id: person.id } });
  becomeSomebodyElse();
}
