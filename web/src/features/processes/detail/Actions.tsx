import { useState } from 'react';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconPencil, IconPlayerPlay, IconTrash, IconUserShare } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { call, ifMatch, refresh, type Schemas } from '../../../api/client';
import { useWords } from '../../../lib/words';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { NameDialog } from '../../../ui/NameDialog';
import { notifyDone } from '../../../ui/notify';
import { StartDialog } from '../start/StartDialog';
import { HandOverDialog } from './HandOverDialog';
import { words } from './words';

type Dialog = 'start' | 'change' | 'handOver' | 'unpublish' | 'delete';

/** What one may do with a process as a whole. */
export function Actions({ process }: { process: Schemas['Process'] }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const may = new Set(process.may);
  const close = () => {
    setDialog(null);
  };
  const items: { dialog: Exclude<Dialog, 'start'>; icon: typeof IconPencil; isOffered: boolean }[] = [
    { dialog: 'change', icon: IconPencil, isOffered: may.has('edit') },
    { dialog: 'handOver', icon: IconUserShare, isOffered: may.has('set_owner') },
    { dialog: 'unpublish', icon: IconArrowBackUp, isOffered: may.has('publish') && process.published !== null },
    { dialog: 'delete', icon: IconTrash, isOffered: may.has('delete') },
  ];
  const offered = items.filter((one) => one.isOffered);
  const params = { path: { process: process.id }, header: ifMatch(process.version) };

  return (
    <>
      {process.may_run && (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => {
            setDialog('start');
          }}
        >
          {w.start}
        </Button>
      )}
      {offered.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={w.more}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {offered.map(({ dialog: one, icon: Icon }) => (
              <Menu.Item
                key={one}
                color={one === 'delete' ? 'var(--mantine-color-error)' : undefined}
                leftSection={<Icon size={16} aria-hidden />}
                onClick={() => {
                  setDialog(one);
                }}
              >
                {w[one]} …
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {dialog === 'start' && <StartDialog process={process} onClose={close} />}
      {dialog === 'handOver' && <HandOverDialog process={process} onClose={close} />}
      <NameDialog
        isOpen={dialog === 'change'}
        onClose={close}
        title={w.changeTitle}
        submitLabel={w.save}
        hint={w.changeHint}
        initial={process}
        onSubmit={async (given) => {
          await call.PATCH('/api/processes/{process}', { params, body: given });
          await refresh('/api/processes');
          notifyDone(w.changed);
        }}
      />
      <ConfirmDialog
        isOpen={dialog === 'unpublish'}
        onClose={close}
        title={w.unpublish}
        consequences={[w.unpublishRuns, w.unpublishOpen, w.unpublishUses]}
        confirmLabel={w.unpublishConfirm}
        onConfirm={async () => {
          await call.DELETE('/api/processes/{process}/published', { params });
          await refresh();
          notifyDone(w.unpublished);
        }}
      />
      <ConfirmDialog
        isOpen={dialog === 'delete'}
        onClose={close}
        title={w.delete}
        consequences={[w.deleteGone, w.deleteRuns, w.deleteUses]}
        confirmLabel={w.delete}
        typeToConfirm={{ label: w.deleteType, text: process.name }}
        onConfirm={async () => {
          await call.DELETE('/api/processes/{process}', { params });
          await navigate({ to: '/processes', search: {} });
          await refresh();
        }}
      />
    </>
  );
}
