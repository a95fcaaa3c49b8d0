import { Group, SimpleGrid, Text } from '@mantine/core';
import { IconHistory, IconPlugConnected, IconPuzzle, IconWorldShare } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { reaches, useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import classes from './UnitLinks.module.css';
import { words } from './words';

interface LinkTo {
  to: '/connections' | '/connectors' | '/outbound' | '/audit';
  icon: typeof IconPuzzle;
  label: string;
  text: string;
  isShown: boolean;
}

/** Where else something of this business unit is to be seen. */
export function UnitLinks({ unitId }: { unitId: string }) {
  const w = useWords(words);
  const { may } = useMe();
  const all: LinkTo[] = [
    { to: '/connections', icon: IconPlugConnected, label: w.connections, text: w.connectionsText, isShown: true },
    { to: '/connectors', icon: IconPuzzle, label: w.connectors, text: w.connectorsText, isShown: true },
    {
      to: '/outbound',
      icon: IconWorldShare,
      label: w.outbound,
      text: w.outboundText,
      isShown: reaches(may.list_outbound_targets, unitId),
    },
    { to: '/audit', icon: IconHistory, label: w.audit, text: w.auditText, isShown: reaches(may.read_audit, unitId) },
  ];
  const links = all.filter((link) => link.isShown);
  return (
    <SimpleGrid cols={{ base: 2, md: links.length }} spacing="sm" component="nav" aria-label={w.more}>
      {links.map(({ to, icon: Icon, label, text }) => (
        <Link key={to} to={to} search={{ unit: unitId }} className={classes.link}>
          <Group gap="sm" wrap="nowrap">
            <Icon size={20} stroke={1.6} aria-hidden />
            <div>
              <Text size="sm" fw={550}>
                {label}
              </Text>
              <Text size="xs" c="dimmed">
                {text}
              </Text>
            </div>
          </Group>
        </Link>
      ))}
    </SimpleGrid>
  );
}
