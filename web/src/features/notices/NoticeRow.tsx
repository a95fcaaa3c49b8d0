import { ActionIcon, Anchor, Group, Text, ThemeIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle, IconArrowsExchange, IconBell, IconCheck, IconCircleCheck, IconClock, IconInbox, IconKey, IconPlugConnectedX, IconShare, IconTrash, IconUserMinus, IconUserPlus,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { sentence } from '../../lib/sentence';
import { useWords } from '../../lib/words';
import { TimeAgo } from '../../ui/TimeAgo';
import classes from './NoticesPage.module.css';
import { pageOf, reasonOf, sentenceOf } from './sentences';
import { words } from './words';

const LOOKS: Record<string, [typeof IconBell, string]> = {
  'connection.shared': [IconShare, 'petrol'],
  'connection.super_admin_shared': [IconUserPlus, 'orange'],
  'connection.admin_removed': [IconUserMinus, 'gray'],
  'connection.replaced': [IconArrowsExchange, 'petrol'],
  'connection.deleted': [IconTrash, 'gray'],
  'connection.passed_on': [IconUserPlus, 'petrol'],
  'connection.recovered': [IconCircleCheck, 'teal'],
  'connection.needs_sign_in': [IconKey, 'orange'],
  'connection.unreachable': [IconPlugConnectedX, 'red'],
  'process.handed_over': [IconUserPlus, 'petrol'],
  'process.passed_on': [IconUserPlus, 'petrol'],
  'process.parked': [IconClock, 'yellow'],
  'run.faulty': [IconAlertTriangle, 'orange'],
  'task.assigned': [IconInbox, 'petrol'],
  'task.reminded': [IconInbox, 'orange'],
  'task.escalated': [IconInbox, 'orange'],
  'task.unassigned': [IconUserMinus, 'orange'],
  'task.link_made': [IconKey, 'petrol'],
  'task.link_used': [IconKey, 'orange'],
};

interface NoticeRowProps {
  notice: Schemas['Notice'];
  onRead: () => void;
}

export function NoticeRow({ notice, onRead }: NoticeRowProps) {
  const w = useWords(words);
  const [Icon, color] = LOOKS[notice.kind] ?? [IconBell, 'gray'];
  const isUnread = notice.read_at === null;
  const page = pageOf(notice);
  const reason = reasonOf(notice);
  return (
    <li className={classes.notice} data-unread={isUnread}>
      <ThemeIcon variant="light" color={color} radius="xl" size={34} aria-hidden>
        <Icon size={18} stroke={1.7} />
      </ThemeIcon>
      <div className={classes.text}>
        {isUnread && <VisuallyHidden>{w.isUnread} </VisuallyHidden>}
        {page ? (
          <Anchor component={Link} to={page} size="sm" fw={isUnread ? 650 : 500} onClick={isUnread ? onRead : undefined}>
            {notice.subject.label}
          </Anchor>
        ) : (
          <Text size="sm" fw={isUnread ? 650 : 500} span>
            {notice.subject.label}
          </Text>
        )}
        <Text size="sm">{sentenceOf(notice, w)}</Text>
        {reason && (
          <Text size="xs" c="dimmed" mt={2}>
            {w.because} {sentence(reason)}
          </Text>
        )}
      </div>
      <Group gap={6} wrap="nowrap" className={classes.time}>
        <Text size="xs" c="dimmed" component="span">
          <TimeAgo at={notice.created_at} />
        </Text>
        {isUnread && (
          <Tooltip label={w.markRead}>
            <ActionIcon variant="subtle" color="gray" aria-label={w.markReadOf(notice.subject.label)} onClick={onRead}>
              <IconCheck size={17} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </li>
  );
}
