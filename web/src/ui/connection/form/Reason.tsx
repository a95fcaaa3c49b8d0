import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconWorldShare } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import { useMe } from '../../../api/me';
import { sentence } from '../../../lib/sentence';
import { useWords } from '../../../lib/words';
import { words } from './words';

interface ReasonProps {
  title: string;
  /** Of which the reason is told. */
  connection: Pick<Schemas['Connection'], 'reason' | 'reason_code'>;
  children?: ReactNode;
}

/** Why something isn't connected; where an address inside the network is the reason, who can allow it. */
export function Reason({ title, connection, children }: ReasonProps) {
  const w = useWords(words);
  const { may } = useMe();
  const { reason, reason_code } = connection;
  const isTarget = reason_code === 'egress.target_refused';
  const Icon = isTarget ? IconWorldShare : IconAlertTriangle;
  return (
    <Alert
      variant="default"
      icon={<Icon size={18} color="var(--mantine-color-orange-6)" aria-hidden />}
      title={
        <Text size="sm" fw={600} c="var(--mantine-color-text)">
          {isTarget ? w.refusedTarget : title}
        </Text>
      }
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        {reason && <Text size="sm">{sentence(reason)}</Text>}
        {isTarget && !may.allow_outbound_targets && <Text size="sm">{w.askToAllow}</Text>}
        {isTarget && may.allow_outbound_targets && (
          <Button component={Link} to="/outbound" variant="default" size="xs">
            {w.allowTarget}
          </Button>
        )}
        {children}
      </Stack>
    </Alert>
  );
}
