import { useState } from 'react';
import { ActionIcon, Button, Checkbox, Group, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { DataTable, NothingFound, Toolbar, type Column } from '../../../ui/DataTable';
import { EffectBadge } from '../../../ui/EffectBadge';
import { effectWords } from '../../../ui/effectWords';
import { GrantDialog, type FindEntries } from './GrantDialog';
import { GrantLabel } from './GrantLabel';
import { asksFirst, fits, NO_FILTERS, type Described, type GrantDraft, type Line } from './grants';
import { MethodFilters } from './MethodFilters';
import { MethodLabel } from './MethodLabel';
import classes from './Methods.module.css';
import { words } from './words';

interface MethodTableProps {
  lines: readonly Line[];
  /** Sets the grants of some methods; null takes them away. Grants can't be changed without. */
  onGrant?: (names: readonly string[], grant: GrantDraft | null) => void;
  /** Accepts the new meaning of methods that wait for it. */
  onAccept?: (names: readonly string[]) => void;
  find: FindEntries;
  what: string;
}

const STEP = 100;

/** The methods of a document with who may call them: found, chosen, and granted many at a time (O5, O6). */
export function MethodTable({ lines, onGrant, onAccept, find, what }: MethodTableProps) {
  const w = useWords(words);
  const [filters, setFilters] = useState(NO_FILTERS);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [edited, setEdited] = useState<readonly string[] | null>(null);
  const [shown, setShown] = useState(STEP);
  const found = lines.filter((line) => fits(line, filters));
  const chosen = lines.filter(({ method }) => selected.has(method.name));
  const inDialog = lines.filter(({ method }) => edited?.includes(method.name));
  const toggle = (name: string) => {
    const changed = new Set(selected);
    if (!changed.delete(name)) changed.add(name);
    setSelected(changed);
  };
  const done = () => {
    setEdited(null);
    setSelected(new Set());
  };

  return (
    // One block, whatever stands around it: its parts keep their own distances.
    <div>
      <Toolbar>
        <MethodFilters lines={lines} filters={filters} onChange={setFilters} />
      </Toolbar>
      {onGrant && found.length > 0 && (
        <Group className={classes.bar} gap="md" mih={46}>
          <Checkbox
            size="sm"
            label={chosen.length > 0 ? w.selected(chosen.length) : w.selectFound(found.length)}
            checked={found.every(({ method }) => selected.has(method.name))}
            indeterminate={chosen.length > 0 && !found.every(({ method }) => selected.has(method.name))}
            onChange={(event) => {
              const isOn = event.currentTarget.checked && chosen.length < found.length;
              setSelected(new Set(isOn ? found.map(({ method }) => method.name) : []));
            }}
          />
          {chosen.length > 0 && (
            <Group gap="xs">
              <Button
                size="xs"
                onClick={() => {
                  setEdited(chosen.map(({ method }) => method.name));
                }}
              >
                {w.grant}
              </Button>
              {onAccept && chosen.some(({ held }) => held) && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => {
                    onAccept(chosen.filter(({ held }) => held).map(({ method }) => method.name));
                    done();
                  }}
                >
                  {w.accept}
                </Button>
              )}
              {chosen.some(({ grant }) => grant) && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => {
                    onGrant(chosen.filter(({ grant }) => grant).map(({ method }) => method.name), null);
                    done();
                  }}
                >
                  {w.take}
                </Button>
              )}
            </Group>
          )}
        </Group>
      )}
      <DataTable
        label={w.table}
        query={pageOf(found, shown, () => {
          setShown(shown + STEP);
        })}
        columns={useColumns({
          selected,
          onSelect: onGrant && toggle,
          onEdit: onGrant && ((name: string) => {
            setEdited([name]);
          }),
        })}
        rowKey={({ method }) => method.name}
        empty={
          <NothingFound
            onClear={() => {
              setFilters(NO_FILTERS);
            }}
          />
        }
      />
      {onGrant && edited && (
        <GrantDialog
          methods={inDialog.map(({ method }) => method)}
          present={inDialog.length === 1 ? (inDialog[0]?.grant ?? null) : null}
          find={find}
          what={what}
          onClose={() => {
            setEdited(null);
          }}
          onApply={(grant) => {
            onGrant(edited, grant);
            done();
          }}
        />
      )}
    </div>
  );
}

/** What is here already, as the table takes what comes from the server. */
function pageOf(found: Line[], shown: number, onMore: () => void) {
  return {
    data: { pages: [{ items: found.slice(0, shown) }] },
    error: null,
    isPending: false,
    isFetchingNextPage: false,
    hasNextPage: found.length > shown,
    refetch: () => undefined,
    fetchNextPage: onMore,
  };
}

interface Selecting {
  selected: ReadonlySet<string>;
  onSelect: ((name: string) => void) | undefined;
  onEdit: ((name: string) => void) | undefined;
}

function useColumns({ selected, onSelect, onEdit }: Selecting): Column<Line>[] {
  const w = useWords(words);
  return [
    {
      key: 'method',
      label: w.method,
      render: ({ method }) => (
        <Group gap="sm" wrap="nowrap" align="flex-start" className={classes.method}>
          {onSelect && (
            <Checkbox
              size="sm"
              mt={1}
              aria-label={w.select(method.label)}
              checked={selected.has(method.name)}
              onChange={() => {
                onSelect(method.name);
              }}
            />
          )}
          <MethodLabel method={method} />
        </Group>
      ),
    },
    { key: 'effect', label: w.effect, width: 150, render: ({ method }) => <Effect method={method} /> },
    { key: 'who', label: w.who, width: 230, render: (line) => <GrantLabel line={line} /> },
    {
      key: 'confirmation',
      label: w.confirmation,
      width: 170,
      render: (line) => (
        <Group gap={4} wrap="nowrap" justify="space-between">
          <Text size="sm" c={asksFirst(line) ? undefined : 'dimmed'} span>
            {line.grant ? (asksFirst(line) ? w.always : w.never) : '–'}
          </Text>
          {onEdit && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={w.edit(line.method.label)}
              onClick={() => {
                onEdit(line.method.name);
              }}
            >
              <IconPencil size={16} />
            </ActionIcon>
          )}
        </Group>
      ),
    },
  ];
}

function Effect({ method }: { method: Described }) {
  const w = useWords(words);
  const we = useWords(effectWords);
  const lighter = method.suggested && `${w.suggestedLighter(we[method.suggested])} ${sentence(method.suggested_reason)}`;
  return <EffectBadge effect={method.effect} note={[sentence(method.effect_reason), lighter].filter(Boolean).join(' ')} />;
}
