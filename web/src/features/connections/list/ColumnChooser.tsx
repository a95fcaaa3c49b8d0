import { ActionIcon, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useWords } from '../../../lib/words';
import { words } from './words';

interface ColumnChooserProps {
  columns: { key: string; label: string }[];
  hidden: readonly string[];
  onChange: (hidden: string[]) => void;
}

/** Which columns one sees; the first is always there. */
export function ColumnChooser({ columns, hidden, onChange }: ColumnChooserProps) {
  const w = useWords(words);
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={36} visibleFrom="sm" aria-label={w.columns} title={w.columns}>
          <IconColumns3 size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ key, label }) => (
          <Menu.CheckboxItem
            key={key}
            checked={!hidden.includes(key)}
            onChange={(isShown) => {
              onChange(isShown ? hidden.filter((one) => one !== key) : [...hidden, key]);
            }}
          >
            {label}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
