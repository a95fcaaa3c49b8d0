import { useState } from 'react';
import { Box, Button, Code, Divider, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMe } from '../../api/me';
import { useWords } from '../../lib/words';
import { Panel } from '../../ui/Panel';
import { TokenTable } from '../../ui/TokenTable';
import { CreateTokenDialog } from './CreateTokenDialog';
import { words } from './words';

export function MyTokens() {
  const w = useWords(words);
  const me = useMe();
  const [isCreating, setCreating] = useState(false);
  return (
    <Panel
      title={w.tokens}
      description={w.tokensText}
      actions={
        me.may.create_tokens && (
          <Button
            leftSection={<IconPlus size={16} />}
            onClick={() => {
              setCreating(true);
            }}
          >
            {w.create}
          </Button>
        )
      }
    >
      <TokenTable personId={me.person_id} mayRevoke />
      <Divider my="md" />
      <Box>
        <Title order={3}>{w.cli}</Title>
        <Text size="sm" c="dimmed" mb="xs">
          {w.cliText}
        </Text>
        <Code block>{`jackfield sign-in ${window.location.origin} --name ${me.sign_in_name}`}</Code>
      </Box>
      {isCreating && (
        <CreateTokenDialog
          onClose={() => {
            setCreating(false);
          }}
        />
      )}
    </Panel>
  );
}
