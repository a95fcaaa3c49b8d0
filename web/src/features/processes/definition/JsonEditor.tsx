import type { Ref } from 'react';
import classes from './Definition.module.css';

interface JsonEditorProps {
  label: string;
  value: string;
  /** Can only be read if left out. */
  onChange?: (text: string) => void;
  ref?: Ref<HTMLTextAreaElement>;
  isWrong?: boolean;
}

/** A text with the numbers of its lines. */
export function JsonEditor({ label, value, onChange, ref, isWrong }: JsonEditorProps) {
  const lines = value.split('\n').length;
  return (
    <div className={classes.editor}>
      <pre className={classes.lines} aria-hidden>
        {Array.from({ length: lines }, (_, place) => place + 1).join('\n')}
      </pre>
      <textarea
        ref={ref}
        className={classes.text}
        aria-label={label}
        aria-invalid={isWrong}
        rows={Math.max(lines, 12)}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        value={value}
        readOnly={!onChange}
        onChange={(event) => {
          onChange?.(event.currentTarget.value);
        }}
      />
    </div>
  );
}

/** Bring a part of a text to the eye, chosen, in the editor that it stands in. */
export function showPart(area: HTMLTextAreaElement, part: { line: number; start: number; end: number }): void {
  area.focus({ preventScroll: true });
  area.setSelectionRange(part.start, part.end);
  const height = area.clientHeight / area.rows;
  area.parentElement?.scrollTo({ top: Math.max(0, (part.line - 4) * height) });
  area.scrollTo({ left: 0 });
  area.parentElement?.scrollIntoView({ block: 'nearest' });
}
