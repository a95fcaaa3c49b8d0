/** A document's text as it is being entered, and what the server makes of it. */

import { useEffect, useRef, useState } from 'react';

export interface DocumentDraft<T> {
  text: string;
  fileName: string;
  setText: (text: string, fileName?: string) => void;
  /** What the server found in this very text. */
  found: T | null;
  error: unknown;
  isReading: boolean;
}

/** Milliseconds after the last key. */
const PAUSE = 500;

/** `ask` has the server read a text; it is asked whenever the text has changed. */
export function useDocument<T>(ask: (text: string) => Promise<T | null>): DocumentDraft<T> {
  const [text, setText] = useState('');
  const [fileName, setFileName] = useState('');
  const [answer, setAnswer] = useState<{ found: T | null; error: unknown }>({ found: null, error: null });
  const [isReading, setReading] = useState(false);
  const turn = useRef(0);
  const timer = useRef(0);
  useEffect(
    () => () => {
      turn.current += 1;
      window.clearTimeout(timer.current);
    },
    [],
  );

  const read = async (document: string) => {
    const mine = ++turn.current;
    let come: { found: T | null; error: unknown };
    try {
      come = { found: await ask(document), error: null };
    } catch (error) {
      come = { found: null, error };
    }
    // What was found in a text that isn't there any more says nothing.
    if (mine !== turn.current) return;
    setAnswer(come);
    setReading(false);
  };
  return {
    text,
    fileName,
    ...answer,
    isReading,
    setText: (changed, name = '') => {
      setText(changed);
      setFileName(name);
      turn.current += 1;
      window.clearTimeout(timer.current);
      setAnswer({ found: null, error: null });
      setReading(changed.trim() !== '');
      if (changed.trim() !== '') timer.current = window.setTimeout(() => void read(changed), name ? 0 : PAUSE);
    },
  };
}
