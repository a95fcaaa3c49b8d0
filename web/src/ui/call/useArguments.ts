import { useState } from 'react';
import { objectOf } from '../../lib/json';
import type { Field } from '../schema/fields';
import { draftsOf, toSend, type Drafts, type Mistake } from '../schema/values';

export type Arguments = Record<string, unknown>;

/** The arguments of a call, entered in a form or written as JSON. */
export interface ArgumentsInput {
  fields: readonly Field[];
  drafts: Drafts;
  setDrafts: (drafts: Drafts) => void;
  mistakes: ReadonlyMap<string, Mistake>;
  /** What is written; null while they are entered in the form. */
  json: string | null;
  setJson: (json: string) => void;
  jsonIsWrong: boolean;
  turn: (to: 'form' | 'json') => void;
  fill: (args: Arguments) => void;
  /** What is to be sent; null if something is wrong, which is then shown. */
  read: () => Arguments | null;
}

export function useArguments(fields: readonly Field[]): ArgumentsInput {
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(fields));
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, Mistake>>(new Map());
  const [json, setJson] = useState<string | null>(null);
  const [jsonIsWrong, setJsonIsWrong] = useState(false);
  const read = () => {
    if (json !== null) {
      const parsed = objectOf(json);
      setJsonIsWrong(parsed === null);
      return parsed;
    }
    const sent = toSend(fields, drafts);
    setMistakes(sent.mistakes);
    return sent.mistakes.size > 0 ? null : sent.values;
  };
  const turn = (to: 'form' | 'json') => {
    if (to === 'json') setJson(JSON.stringify(toSend(fields, drafts).values, null, 2));
    else {
      setDrafts(draftsOf(fields, objectOf(json ?? '') ?? {}));
      setJson(null);
    }
  };
  const fill = (args: Arguments) => {
    if (json === null) setDrafts(draftsOf(fields, args));
    else setJson(JSON.stringify(args, null, 2));
  };
  return { fields, drafts, setDrafts, mistakes, json, setJson, jsonIsWrong, turn, fill, read };
}
