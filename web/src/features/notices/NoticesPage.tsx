import { useState } from 'react';
import { Button, Center, SegmentedControl, Stack } from '@mantine/core';
import { IconBell, IconChecks } from '@tabler/icons-react';
import { api, call, refresh } from '../../api/client';
import { useMe } from '../../api/me';
import { byCursor } from '../../api/paging';
import { useWords } from '../../lib/words';
import { Toolbar } from '../../ui/DataTable';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { Empty, ProblemAlert } from '../../ui/states';
import { words as uiWords } from '../../ui/words';
import { NoticeRow } from './NoticeRow';
import classes from './NoticesPage.module.css';
import { words } from './words';

/** What one was told, the newest first. */
export function NoticesPage() {
  const w = useWords(words);
  const u = useWords(uiWords);
  const me = useMe();
  const [shown, setShown] = useState<'all' | 'unread'>('all');
  const [error, setError] = useState<unknown>(null);
  const query = api.useInfiniteQuery(
    'get',
    '/api/notices',
    { params: { query: { only_unread: shown === 'unread' } } },
    byCursor,
  );

  const read = async (id: string | null) => {
    setError(null);
    try {
      if (id === null) await call.POST('/api/notices/read-all');
      else await call.POST('/api/notices/{notice_id}/read', { params: { path: { notice_id: id } } });
      await Promise.all([refresh('/api/notices'), refresh('/api/me')]);
    } catch (raised) {
      setError(raised);
    }
  };

  return (
    <Page
      title={w.title}
      description={w.intro}
      actions={
        <Button
          variant="default"
          leftSection={<IconChecks size={16} />}
          disabled={me.unread_notices === 0}
          onClick={() => void read(null)}
        >
          {w.readAll}
        </Button>
      }
    >
      <Toolbar>
        <SegmentedControl
          aria-label={w.show}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'all', label: w.all },
            { value: 'unread', label: me.unread_notices > 0 ? `${w.unread} (${me.unread_notices})` : w.unread },
          ]}
        />
      </Toolbar>
      <ProblemAlert error={error} />
      <QueryView query={query}>
        {({ pages }) => {
          const notices = pages.flatMap((page) => page.items);
          if (notices.length === 0) {
            return shown === 'all' ? (
              <Empty icon={<IconBell size={24} />} title={w.empty}>
                {w.emptyText}
              </Empty>
            ) : (
              <Empty
                icon={<IconChecks size={24} />}
                title={w.emptyUnread}
                action={
                  <Button
                    variant="default"
                    onClick={() => {
                      setShown('all');
                    }}
                  >
                    {w.showAll}
                  </Button>
                }
              >
                {w.emptyUnreadText}
              </Empty>
            );
          }
          return (
            <Stack gap="md">
              <ul className={classes.list} aria-label={w.list}>
                {notices.map((notice) => (
                  <NoticeRow key={notice.id} notice={notice} onRead={() => void read(notice.id)} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Center>
                  <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {u.more}
                  </Button>
                </Center>
              )}
            </Stack>
          );
        }}
      </QueryView>
    </Page>
  );
}
