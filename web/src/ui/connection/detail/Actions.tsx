import { useState, type ReactNode } from 'react';
import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconPencil, IconReplace, IconTool, IconTrash, IconKey } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { CorrectDialog } from '../dialogs/CorrectDialog';
import { DeleteDialog } from '../dialogs/DeleteDialog';
import type { DialogProps } from '../dialogs/DialogFrame';
import { ReconnectDialog } from '../dialogs/ReconnectDialog';
import { RenameDialog } from '../dialogs/RenameDialog';
import { ReplaceDialog } from '../dialogs/ReplaceDialog';
import { RollBackDialog } from '../dialogs/RollBackDialog';
import { TestButton } from './TestButton';
import { words } from './words';

type Dialog = 'rename' | 'reconnect' | 'correct' | 'rollBack' | 'replace' | 'delete';

interface ActionsProps {
  connection: Schemas['Connection'];
  /** Instead of the connection's own dialog, where the successor needs more than a connection has. */
  replaceDialog?: (props: DialogProps) => ReactNode;
  /** The page of the custom integration that it is, too: the successor is made there. */
  integrationTo?: string;
}

/** What one may do with it; who may do nothing finds out why. */
export function Actions({ connection, replaceDialog, integrationTo }: ActionsProps) {
  const w = useWords(words);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const may = new Set(connection.may);
  const close = () => {
    setDialog(null);
  };
  const isCorrectable = may.has('change_details');
  const mayReplace = may.has('replace') && !isCorrectable;
  const items: { dialog: Dialog; icon: typeof IconKey; isOffered: boolean }[] = [
    { dialog: 'rename', icon: IconPencil, isOffered: may.has('rename') },
    { dialog: 'rollBack', icon: IconArrowBackUp, isOffered: may.has('roll_back') && Boolean(connection.details?.can_roll_back_until) },
    { dialog: 'replace', icon: IconReplace, isOffered: mayReplace && integrationTo === undefined },
    { dialog: 'delete', icon: IconTrash, isOffered: may.has('delete') },
  ];
  const offered = items.filter((one) => one.isOffered);
  const isLinked = mayReplace && integrationTo !== undefined;

  return (
    <>
      {!may.has('rename') && (
        <Anchor component={Link} to={`/connections/${connection.id}/why`} size="sm">
          {w.whyNot}
        </Anchor>
      )}
      {may.has('retry') && <TestButton connectionId={connection.id} />}
      {isCorrectable && (
        <Button leftSection={<IconTool size={16} aria-hidden />} onClick={() => { setDialog('correct'); }}>
          {w.correct}
        </Button>
      )}
      {may.has('reconnect') && !isCorrectable && (
        <Button
          variant={connection.state === 'needs_sign_in' ? 'filled' : 'default'}
          leftSection={<IconKey size={16} aria-hidden />}
          onClick={() => { setDialog('reconnect'); }}
        >
          {w.reconnect}
        </Button>
      )}
      {(offered.length > 0 || isLinked) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={w.more}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {isLinked && (
              <Menu.Item component={Link} to={integrationTo} leftSection={<IconReplace size={16} aria-hidden />}>
                {w.replaceAtIntegration}
              </Menu.Item>
            )}
            {offered.map(({ dialog: one, icon: Icon }) => (
              <Menu.Item
                key={one}
                color={one === 'delete' ? 'var(--mantine-color-error)' : undefined}
                leftSection={<Icon size={16} aria-hidden />}
                onClick={() => { setDialog(one); }}
              >
                {w[one]} …
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <RenameDialog connection={connection} isOpen={dialog === 'rename'} onClose={close} />
      <ReconnectDialog connection={connection} isOpen={dialog === 'reconnect'} onClose={close} />
      <CorrectDialog connection={connection} isOpen={dialog === 'correct'} onClose={close} />
      <RollBackDialog connection={connection} isOpen={dialog === 'rollBack'} onClose={close} />
      {replaceDialog ? (
        replaceDialog({ isOpen: dialog === 'replace', onClose: close })
      ) : (
        <ReplaceDialog connection={connection} isOpen={dialog === 'replace'} onClose={close} />
      )}
      <DeleteDialog connection={connection} isOpen={dialog === 'delete'} onClose={close} />
    </>
  );
}
