import type { ReactNode } from 'react';
import { Box, Button, Center, Group, Skeleton, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../lib/words';
import { Failed } from './states';
import { words } from './words';
import classes from './DataTable.module.css';

export interface Column<Row> {
  key: string;
  label: string;
  render: (row: Row) => ReactNode;
  /** The API's word for sorting by it; not sortable without. */
  sort?: string;
  align?: 'right';
  width?: number | string;
  /** On a phone a row is a card: its main column is the heading, the rest follow with their labels, `hidden` don't. */
  onPhone?: 'main' | 'labelled' | 'hidden';
}

/** Pages of a list, as `api.useInfiniteQuery` has them. */
export interface Paged<Row> {
  data: { pages: { items: Row[] }[] } | undefined;
  error: unknown;
  isPending: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

interface DataTableProps<Row> {
  /** What the table lists, for readers aloud. */
  label: string;
  query: Paged<Row>;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  /** Where a click on a row leads; the main column is a link to it. */
  rowTo?: (row: Row) => string;
  onRowClick?: (row: Row) => void;
  /** As the API has it: `name`, `-created`. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** What stands there instead of no rows. */
  empty: ReactNode;
}

/** A list as a table on a desk and as cards on a phone; more rows come when asked for. */
export function DataTable<Row>({ label, query, columns, rowKey, rowTo, onRowClick, sort, onSort, empty }: DataTableProps<Row>) {
  const w = useWords(words);
  if (query.error && !query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data?.pages.flatMap((page) => page.items);
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <div>
      <div className={classes.frame}>
        <Table className={classes.table} aria-label={label} aria-busy={rows === undefined}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows === undefined
              ? Array.from({ length: 5 }, (_, row) => <EmptyRow key={row} columns={columns.length} />)
              : rows.map((row) => (
                  <Table.Tr key={rowKey(row)} className={classes.row} data-link={rowTo || onRowClick ? true : undefined}>
                    {columns.map((column, place) => (
                      <Table.Td
                        key={column.key}
                        className={classes.cell}
                        data-phone={column.onPhone ?? (place === 0 ? 'main' : 'labelled')}
                        data-label={column.label}
                        ta={column.align}
                      >
                        <Cell row={row} column={column} isMain={place === 0} rowTo={rowTo} onRowClick={onRowClick} />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
          </Table.Tbody>
        </Table>
      </div>
      {rows && (
        <Group justify="space-between" mt="sm" mih={36}>
          <Text size="xs" c="dimmed" className="tabular" aria-live="polite">
            {w.shown(rows.length)}
            {query.hasNextPage && ' …'}
          </Text>
          {query.hasNextPage && (
            <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {w.more}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}

interface HeadingProps<Row> {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>) {
  const w = useWords(words);
  const key = column.sort;
  if (!key || !onSort) {
    return (
      <Table.Th w={column.width} ta={column.align} scope="col">
        {column.label || <VisuallyHidden>–</VisuallyHidden>}
      </Table.Th>
    );
  }
  const order = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : 'none';
  const Icon = order === 'ascending' ? IconArrowUp : order === 'descending' ? IconArrowDown : IconArrowsSort;
  return (
    <Table.Th w={column.width} ta={column.align} aria-sort={order} scope="col">
      <UnstyledButton
        className={classes.sort}
        data-active={order !== 'none'}
        title={`${w.sortBy} ${column.label}`}
        onClick={() => {
          onSort(order === 'ascending' ? `-${key}` : key);
        }}
      >
        {column.label}
        <Icon size={13} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}

interface CellProps<Row> {
  row: Row;
  column: Column<Row>;
  isMain: boolean;
  rowTo: ((row: Row) => string) | undefined;
  onRowClick: ((row: Row) => void) | undefined;
}

function Cell<Row>({ row, column, isMain, rowTo, onRowClick }: CellProps<Row>) {
  if (isMain && rowTo) {
    return (
      <Link to={rowTo(row)} className={classes.link}>
        {column.render(row)}
      </Link>
    );
  }
  if (isMain && onRowClick) {
    return (
      <UnstyledButton
        className={classes.link}
        onClick={() => {
          onRowClick(row);
        }}
      >
        {column.render(row)}
      </UnstyledButton>
    );
  }
  return <>{column.render(row)}</>;
}

function EmptyRow({ columns }: { columns: number }) {
  return (
    <Table.Tr>
      <Table.Td colSpan={columns}>
        <Skeleton height={20} radius="sm" />
      </Table.Td>
    </Table.Tr>
  );
}

/** Above a table: search and filters to the left, what changes the table's look to the right. */
export function Toolbar({ children, right }: { children: ReactNode; right?: ReactNode }) {
  return (
    <Group justify="space-between" gap="sm" mb="md" align="center">
      <Group gap="xs" className={classes.filters}>
        {children}
      </Group>
      {right && <Group gap="xs">{right}</Group>}
    </Group>
  );
}

/** Where filters leave nothing. */
export function NothingFound({ onClear }: { onClear: () => void }) {
  const w = useWords(words);
  return (
    <Center py={48}>
      <Box ta="center">
        <Text c="dimmed" size="sm" mb="sm">
          {w.nothingFound}
        </Text>
        <Button variant="default" size="xs" onClick={onClear}>
          {w.clear}
        </Button>
      </Box>
    </Center>
  );
}
