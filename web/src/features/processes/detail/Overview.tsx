import { Anchor, Grid, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { Facts } from '../../../ui/Facts';
import { Panel } from '../../../ui/Panel';
import { TimeAgo } from '../../../ui/TimeAgo';
import { Runners } from './Runners';
import { words } from './words';

/** Whose it is, what runs, and who may run it. */
export function Overview({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Runners process={process} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Panel title={w.about}>
            <Facts
              rows={[
                [w.published, process.published === null ? w.none : w.version(process.published)],
                [w.draft, process.has_changes ? w.draftOther : w.draftSame],
                [w.owner, process.owner.name],
                [w.unit, process.business_unit.name],
                [w.calledBy, process.called_by.length > 0 && <Callers key="callers" of={process.called_by} />],
                [w.created, <TimeAgo key="created" at={process.created_at} />],
                [w.modified, <TimeAgo key="modified" at={process.modified_at} />],
              ]}
            />
        </Panel>
      </Grid.Col>
    </Grid>
  );
}

function Callers({ of }: { of: Schemas['Named'][] }) {
  return (
    <Group component="span" gap="xs">
      {of.map((one) => (
        <Anchor key={one.id} component={Link} to={`/processes/${one.id}`} size="sm">
          {one.name}
        </Anchor>
      ))}
    </Group>
  );
}
