import { useState } from 'react';
import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useWords } from '../lib/words';
import classes from './SearchInput.module.css';
import { words } from './words';

interface SearchInputProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

/** Searches while one types, once one pauses. */
export function SearchInput({ value, onChange, label }: SearchInputProps) {
  const w = useWords(words);
  const [typed, setTyped] = useState(value);
  const [reported, setReported] = useState(value);
  if (value !== reported) {
    // Set from outside, as by `clear filters`; what one is typing meanwhile is left alone.
    setReported(value);
    setTyped(value);
  }
  const report = useDebouncedCallback((text: string) => {
    setReported(text);
    onChange(text);
  }, 250);
  const change = (text: string) => {
    setTyped(text);
    report(text);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={(event) => {
        change(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        // It searches by itself; a form that it stands in isn't sent by it.
        if (event.key === 'Enter') event.preventDefault();
      }}
      rightSection={
        typed && (
          <CloseButton
            size="sm"
            aria-label={w.clear}
            onClick={() => {
              change('');
            }}
          />
        )
      }
      className={classes.search}
    />
  );
}
