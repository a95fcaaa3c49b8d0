import { useState } from 'react';
import { Button, Group, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconHandStop, IconMinus, IconUsers } from '@tabler/icons-react';
import { api, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Toolbar } from '../../../ui/DataTable';
import { Chain } from '../../../ui/explain/Chain';
import { PlainDialog } from '../../../ui/PlainDialog';
import { QueryView } from '../../../ui/QueryView';
import { SearchInput } from '../../../ui/SearchInput';
import { Empty } from '../../../ui/states';
import { words as ui } from '../../../ui/words';
import classes from './Detail.module.css';
import { words } from './words';

const MOST_COLUMNS = 60;
const USES: readonly Schemas['MethodUse'][] = ['allowed', 'confirmation', 'no'];

/** People by methods: what each of them may call at this moment (O7). */
export function Matrix({ integrationId }: { integrationId: string }) {
  const w = useWords(words);
  const [search, setSearch] = useState('');
  const [methodSearch, setMethodSearch] = useState('');
  const found = api.useInfiniteQuery(
    'get',
    '/api/integrations/{integration}/matrix',
    {
      params: {
        path: { integration: integrationId },
        query: { search: search || undefined, method_search: methodSearch || undefined },
      },
    },
    { pageParamName: 'cursor', initialPageParam: null, getNextPageParam: (page) => page.next ?? undefined, placeholderData: (before) => before },
  );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw={680}>
        {w.matrixText}
      </Text>
      <Toolbar right={<Legend />}>
        <SearchInput label={w.searchPeople} value={search} onChange={setSearch} />
        <SearchInput label={w.searchMethods} value={methodSearch} onChange={setMethodSearch} />
      </Toolbar>
      <QueryView query={found}>
        {({ pages }) => (
          <Shown
            integrationId={integrationId}
            people={pages.flatMap(({ items }) => items)}
            methods={pages[0]?.methods ?? []}
            onMore={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
            isBusy={found.isFetchingNextPage}
          />
        )}
      </QueryView>
    </Stack>
  );
}

interface ShownProps {
  integrationId: string;
  people: Schemas['MatrixPerson'][];
  methods: Schemas['DescribedMethod'][];
  onMore: (() => void) | undefined;
  isBusy: boolean;
}

function Shown({ integrationId, people, methods, onMore, isBusy }: ShownProps) {
  const w = useWords(words);
  const wu = useWords(ui);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (methods.length === 0 || people.length === 0) {
    return <Empty icon={<IconUsers size={24} />} title={methods.length === 0 ? w.noGrants : w.noPeople} />;
  }
  const columns = methods.slice(0, MOST_COLUMNS);
  return (
    <>
      {/* Reached with the keyboard, and scrolled with its arrows. */}
      <div className={classes.matrix} tabIndex={0} role="region" aria-label={w.matrix}>
        <table aria-label={w.matrix}>
          <thead>
            <tr>
              <th scope="col">{w.person}</th>
              {columns.map((method) => (
                <th key={method.name} scope="col">
                  <Tooltip label={`${method.label} ${method.summary}`.trim()} multiline maw={320}>
                    <div className={classes.column}>{short(method)}</div>
                  </Tooltip>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {people.map(({ person, uses }) => (
              <tr key={person.id}>
                <th scope="row">{person.name}</th>
                {columns.map((method, place) => (
                  <td key={method.name}>
                    <Use
                      use={uses[place] ?? 'no'}
                      about={{ person, method }}
                      onAsk={setAsked}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked && (
        <WhyDialog
          integrationId={integrationId}
          asked={asked}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {methods.length > MOST_COLUMNS && w.moreMethods(MOST_COLUMNS, methods.length)}
        </Text>
        {onMore && (
          <Button variant="default" size="xs" loading={isBusy} onClick={onMore}>
            {wu.more}
          </Button>
        )}
      </Group>
    </>
  );
}

interface Asked {
  person: { id: string; name: string };
  method: Schemas['DescribedMethod'];
}

function Use({ use, about, onAsk }: { use: Schemas['MethodUse']; about: Asked; onAsk: (asked: Asked) => void }) {
  const w = useWords(words);
  return (
    <UnstyledButton
      className={classes.cell}
      aria-label={w.why(about.person.name, about.method.label, w[use])}
      onClick={() => {
        onAsk(about);
      }}
    >
      <Picture use={use} />
    </UnstyledButton>
  );
}

/** The questions that led to what a field shows (C17). */
function WhyDialog({ integrationId, asked: { person, method }, onClose }: { integrationId: string; asked: Asked; onClose: () => void }) {
  const w = useWords(words);
  const found = api.useQuery('get', '/api/integrations/{integration}/methods/{method}/explain', {
    params: { path: { integration: integrationId, method: method.name }, query: { person_id: person.id } },
  });
  return (
    <PlainDialog onClose={onClose} size="lg" title={w.whyTitle(person.name, method.label)}>
      <QueryView query={found}>{(explanation) => <Chain explanation={explanation} />}</QueryView>
    </PlainDialog>
  );
}

function Picture({ use }: { use: Schemas['MethodUse'] }) {
  switch (use) {
    case 'allowed':
      return <IconCheck size={18} color="var(--mantine-color-teal-text)" aria-hidden />;
    case 'confirmation':
      return <IconHandStop size={18} color="var(--mantine-color-orange-text)" aria-hidden />;
    case 'no':
      return <IconMinus size={16} color="var(--mantine-color-placeholder)" aria-hidden />;
  }
}

function Legend() {
  const w = useWords(words);
  return (
    <Group gap="md" aria-hidden>
      {USES.map((use) => (
        <Group key={use} gap={6}>
          <Picture use={use} />
          <Text size="xs" c="dimmed">
            {w[use]}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

const LONGEST = 26;

/** The end of a path says more than its beginning. */
function short({ verb, path }: Schemas['DescribedMethod']): string {
  return path.length > LONGEST ? `${verb} …${path.slice(-LONGEST)}` : `${verb} ${path}`;
}
